use metricset::{Counter, MetricSet, Optional};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    #[metric(nested)]
    db: Counter,
    #[metric(nested)]
    cache: Optional<u64>,
}

fn main() {}
