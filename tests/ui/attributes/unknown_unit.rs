use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time since the start.
    #[metric(unit = "second")]
    uptime_seconds: Gauge,
    /// Weight.
    #[metric(unit = "pounds")]
    weight: Gauge,
}

fn main() {}
