use metricset::{Family, Histogram, LabelEnum, LabelSet, MetricSet, instrument_metric};

#[derive(Clone, Copy, LabelEnum)]
enum Method {
    Get,
}

#[derive(LabelSet)]
struct Request {
    method: Method,
}

/// Requests.
#[derive(MetricSet)]
#[metrics(prefix = "http")]
struct HttpMetrics {
    /// Time to answer.
    #[metric(buckets = [0.1, 0.3])]
    answer_seconds: Histogram,
    /// Time to answer.
    #[metric(buckets = [0.1, 0.3])]
    request_seconds: Family<Request, Histogram>,
}

static HTTP: HttpMetrics = HttpMetrics::global();

#[instrument_metric(objective(latency = (0.3, 99)))]
fn shared() {}

/// Time.
#[instrument_metric(name = "own_seconds", buckets = [0.1, 0.3], objective(latency = (0.25, 99)))]
fn own() {}

#[instrument_metric(into = HTTP.answer_seconds, objective(latency = (0.25, 99)))]
fn histogram() {}

#[instrument_metric(
    into = HTTP.request_seconds,
    labels(method = Method::Get),
    objective(latency = (0.25, 99))
)]
fn family() {}

fn main() {
    shared();
    own();
    histogram();
    family();
}
