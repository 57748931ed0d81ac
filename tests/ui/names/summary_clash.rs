use metricset::{Gauge, MetricSet, Summary};

#[derive(MetricSet)]
#[metrics(prefix = "app", allow(reserved_suffix))]
struct App {
    /// Sizes.
    #[metric(quantiles = [0.5])]
    size: Summary,
    /// How many.
    size_count: Gauge,
    /// A summary has no buckets.
    size_bucket: Gauge,
}

fn main() {}
