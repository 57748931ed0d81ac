//! The smallest program: a counter by two labels and a histogram, recorded once and printed.

use vise::{
    Counter, EncodeLabelSet, EncodeLabelValue, Family, Format, Global, Histogram, Metrics,
    MetricsCollection,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[metrics(rename_all = "snake_case")]
enum Method {
    Get,
    Post,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: Method,
    secure: u8,
}

/// The server.
#[derive(Clone, Debug, Metrics)]
#[metrics(prefix = "http")]
struct Http {
    /// Requests
    requests: Family<Request, Counter>,
    /// Latency
    #[metrics(buckets = &[0.001, 0.01, 0.1, 1.0])]
    latency_seconds: Histogram,
}

#[vise::register]
static HTTP: Global<Http> = Global::new();

fn main() -> Result<(), Box<dyn std::error::Error>> {
    HTTP.requests[&Request {
        method: Method::Get,
        secure: 1,
    }]
        .inc();
    HTTP.requests[&Request {
        method: Method::Post,
        secure: 0,
    }]
        .inc();
    HTTP.latency_seconds.observe(0.02);
    let mut text = String::new();
    let registry = MetricsCollection::default().collect();
    registry.encode(&mut text, Format::OpenMetricsForPrometheus)?;
    print!("{text}");
    Ok(())
}
