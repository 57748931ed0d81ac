use metricset::{Family, Histogram, LabelSet, MetricSet, Summary};

const QUANTILES: [f64; 3] = [0.5, 0.5, 1.5];

#[derive(LabelSet)]
struct Part {
    quantile: bool,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to serve a request.
    request_seconds: Summary,
    /// Time to connect.
    #[metric(quantiles = QUANTILES)]
    connect_seconds: Summary,
    /// Time to close.
    #[metric(quantiles = [0.5])]
    close_seconds: Family<Part, Summary>,
    /// Time to wait.
    #[metric(quantiles = [0.5], buckets = [0.5])]
    wait_seconds: Summary,
    /// Time to dial.
    #[metric(buckets = [0.5], quantiles = [0.5])]
    dial_seconds: Histogram,
}

fn main() {}
