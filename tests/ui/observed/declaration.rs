use metricset::{Counter, Gauge, Histogram, MetricSet, Observed};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// A counter without suffix.
    events: Observed<Counter>,
    /// A gauge with one.
    waiting_total: Observed<Gauge>,
    /// No buckets.
    wait_seconds: Observed<Histogram>,
    open_files: Observed<Gauge>,
}

fn main() {}
