use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
#[metrics(register = false)]
#[metrics(prefix = "srv")]
struct App {
    /// Requests.
    #[metric(name = "requests_total", name = "calls_total")]
    requests: Counter,
    /// Errors.
    #[metric(allow(counter_without_total))]
    #[metric(allow(missing_help))]
    errors: Counter,
}

fn main() {}
