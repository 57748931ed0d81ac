use metricset::{Counter, Family, Histogram, LabelSet, MetricSet};

#[derive(LabelSet)]
struct Bucket {
    le: bool,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to serve a request.
    #[metric(buckets = "latency")]
    request_seconds: Family<Bucket, Histogram>,
    /// Requests, where the label is free.
    requests_total: Family<Bucket, Counter>,
}

fn main() {}
