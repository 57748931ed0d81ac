use metricset::{LabelEnum, instrument_metric};

struct DialError;

#[derive(Clone, Copy, LabelEnum)]
enum ErrorKind {
    Refused,
}

impl From<&DialError> for ErrorKind {
    fn from(_: &DialError) -> Self {
        Self::Refused
    }
}

enum NoLabel {
    Refused,
}

impl From<&DialError> for NoLabel {
    fn from(_: &DialError) -> Self {
        Self::Refused
    }
}

/// Time to dial.
#[instrument_metric(name = "a_seconds", error = ErrorKind)]
fn no_result() -> Option<DialError> {
    None
}

/// Time to dial.
#[instrument_metric(name = "b_seconds", error = ErrorKind)]
fn parameter<T>(value: T) -> T {
    value
}

/// Time to dial.
#[instrument_metric(name = "c_seconds", error = ErrorKind)]
fn other_error() -> Result<(), String> {
    Ok(())
}

/// Time to dial.
#[instrument_metric(name = "d_seconds", error = NoLabel)]
fn no_label() -> Result<(), DialError> {
    Ok(())
}

fn main() {
    no_result();
    let _ = parameter(Err::<(), DialError>(DialError));
    let _ = (other_error(), no_label());
}
