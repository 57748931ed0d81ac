use metricset::instrument_metric;

#[instrument_metric(nmae = "dial_seconds")]
fn dial() {}

#[instrument_metric(level = "debug")]
fn listen() {}

#[instrument_metric("dial")]
fn accept() {}

fn main() {
    dial();
    listen();
    accept();
}
