//! The smallest program: a counter by two labels and a histogram, recorded once and printed.

use metricset::encode::{Format, encode};
use metricset::{Counter, Family, Histogram, LabelEnum, LabelSet, MetricSet, Registry};

#[derive(Clone, Copy, LabelEnum)]
enum Method {
    Get,
    Post,
}

#[derive(LabelSet)]
struct Request {
    method: Method,
    secure: bool,
}

/// The server.
#[derive(MetricSet)]
#[metrics(prefix = "http")]
struct Http {
    /// Requests.
    requests_total: Family<Request, Counter>,
    /// Latency.
    #[metric(buckets = [0.001, 0.01, 0.1, 1.0])]
    latency_seconds: Histogram,
}

static HTTP: Http = Http::global();

fn main() -> Result<(), Box<dyn std::error::Error>> {
    HTTP.requests_total
        .with(Request {
            method: Method::Get,
            secure: true,
        })
        .inc();
    HTTP.requests_total
        .with(Request {
            method: Method::Post,
            secure: false,
        })
        .inc();
    HTTP.latency_seconds.observe(0.02);
    let mut text = String::new();
    encode(&Registry::linked()?, Format::PrometheusText, &mut text);
    print!("{text}");
    Ok(())
}
