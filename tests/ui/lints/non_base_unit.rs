use metricset::{Counter, Gauge, Histogram, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to serve a request.
    #[metric(buckets = "latency")]
    request_ms: Histogram,
    /// Load.
    load_percent: Gauge,
    /// Age.
    certificate_age_days: Gauge,
    /// Traffic.
    sent_kilobytes_total: Counter,
}

fn main() {}
