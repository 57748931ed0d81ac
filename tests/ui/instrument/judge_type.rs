use metricset::instrument_metric;

#[instrument_metric(ok_if = |value| *value)]
fn number() -> u8 {
    1
}

#[instrument_metric(error_if = Option::is_none)]
fn text() -> String {
    String::new()
}

#[instrument_metric(error_if = true)]
fn nothing() {}

fn main() {
    number();
    text();
    nothing();
}
