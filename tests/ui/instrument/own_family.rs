use metricset::instrument_metric;

/// Time to dial.
#[instrument_metric(name = "DialSeconds")]
fn grammar() {}

/// Time to dial.
#[instrument_metric(name = "dial_ms")]
fn unit() {}

#[instrument_metric(name = "dial_seconds")]
fn no_help() {}

/// Time to dial.
#[instrument_metric(name = "dial_seconds", prefix = "app-")]
fn prefix() {}

/// Time to dial.
#[instrument_metric(name = "dial_seconds", buckets = [1, 0.5])]
fn buckets() {}

/// Time to dial.
#[instrument_metric(name = "dial_seconds", max_series = 10)]
fn max_series() {}

/// Time to dial.
#[instrument_metric(name = "dial_ms", allow(non_base_units))]
fn lint() {}

fn main() {
    grammar();
    unit();
    no_help();
    prefix();
    buckets();
    max_series();
    lint();
}
