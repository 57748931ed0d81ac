use metricset::instrument_metric;

#[instrument_metric(
    prefix = "app",
    help = "Time to dial.",
    buckets = "latency",
    max_series = 10,
    allow(missing_help)
)]
fn dial() {}

fn main() {
    dial();
}
