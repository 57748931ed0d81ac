use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Requests.
    #[metric(name = "calls_total" help = "Calls.")]
    requests_total: Counter,
    /// Errors.
    #[metric("errors_total")]
    errors_total: Counter,
    /// Retries.
    #[metric(sparse; name = "again_total")]
    retries_total: Counter,
}

fn main() {}
