use metricset::{Counter, Family, Histogram, LabelEnum, LabelSet, MetricSet, Outcome, instrument_metric};

#[derive(Clone, Copy, LabelEnum)]
enum Method {
    Get,
}

#[derive(Clone, Copy, LabelEnum)]
enum Transport {
    Quic,
}

#[derive(LabelSet)]
struct Request<'a> {
    method: Method,
    peer: &'a str,
}

#[derive(LabelSet)]
struct Ended {
    method: Method,
    outcome: Outcome,
}

#[derive(LabelSet)]
struct WrongOutcome {
    outcome: Method,
}

/// Requests.
#[derive(MetricSet)]
#[metrics(prefix = "http")]
struct HttpMetrics {
    /// Time to answer.
    #[metric(buckets = "latency", max_series = 10)]
    request_seconds: Family<Request<'static>, Histogram>,
    /// Requests.
    requests_total: Family<Ended, Counter>,
    /// Requests.
    wrong_total: Family<WrongOutcome, Counter>,
}

static HTTP: HttpMetrics = HttpMetrics::global();

#[instrument_metric(into = HTTP.request_seconds, labels(methd = Method::Get, peer = peer))]
fn misspelt(peer: &str) {}

#[instrument_metric(into = HTTP.request_seconds, labels(method = Transport::Quic, peer = peer))]
fn wrong_type(peer: &str) {}

#[instrument_metric(into = HTTP.request_seconds, labels(method = Method::Get, peer = 8))]
fn wrong_open_type() {}

#[instrument_metric(into = HTTP.request_seconds, labels(method = Method::Get))]
fn missing() {}

#[instrument_metric(calls = HTTP.requests_total)]
fn all_missing() {}

#[instrument_metric(calls = HTTP.requests_total, labels(method = Method::Get, peer = "all"))]
fn one_too_many() {}

#[instrument_metric(calls = HTTP.wrong_total)]
fn not_an_outcome() {}

fn main() {
    misspelt("");
    wrong_type("");
    wrong_open_type();
    missing();
    all_missing();
    one_too_many();
    not_an_outcome();
}
