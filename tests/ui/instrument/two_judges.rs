use metricset::{LabelEnum, instrument_metric};

#[derive(Clone, Copy, LabelEnum)]
enum ErrorKind {
    Refused,
}

impl From<&()> for ErrorKind {
    fn from((): &()) -> Self {
        Self::Refused
    }
}

/// Time to dial.
#[instrument_metric(
    name = "dial_seconds",
    ok_if = Result::is_ok,
    error_if = Result::is_err,
    error = ErrorKind
)]
fn dial() -> Result<(), ()> {
    Ok(())
}

fn main() {
    dial().unwrap();
}
