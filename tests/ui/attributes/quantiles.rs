use metricset::{MetricSet, Summary};

const COUNT: usize = 5;

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to serve a request.
    #[metric(quantiles = 0.5)]
    request_seconds: Summary,
    /// Time to open a stream.
    #[metric(quantiles)]
    open_seconds: Summary,
    /// Time to close a stream.
    #[metric(quantiles = [0.5, 99])]
    close_seconds: Summary,
    /// Time to connect.
    #[metric(quantiles = [0.5, 0.25, -0.0])]
    connect_seconds: Summary,
    /// Time to accept.
    #[metric(quantiles = COUNT)]
    accept_seconds: Summary,
    /// Time to dial.
    #[metric(quantiles = [])]
    dial_seconds: Summary,
    /// Time to wait.
    #[metric(quantiles = [0.5], max_age = "ten minutes", age_buckets = "five")]
    wait_seconds: Summary,
    /// Time to listen.
    #[metric(quantiles = [50%, 90%])]
    listen_seconds: Summary,
}

fn main() {}
