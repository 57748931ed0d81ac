use std::time::Duration;

use metricset::{Counter, MetricSet, Summary};

const SHORT: Duration = Duration::from_millis(999);

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to serve a request.
    #[metric(quantiles = [0.5], max_age = SHORT)]
    request_seconds: Summary,
    /// Time to connect.
    #[metric(quantiles = [0.5], age_buckets = 0)]
    connect_seconds: Summary,
    /// Time to dial.
    #[metric(quantiles = [0.5], age_buckets = 61)]
    dial_seconds: Summary,
    /// Calls.
    #[metric(max_age = "1m", age_buckets = 5)]
    calls_total: Counter,
}

fn main() {}
