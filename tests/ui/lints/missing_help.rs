use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    requests_total: Counter,
    #[metric(help = "")]
    errors_total: Counter,
    ///
    retries_total: Counter,
}

fn main() {}
