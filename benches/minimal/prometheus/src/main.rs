//! The smallest program: a counter by two labels and a histogram, recorded once and printed.

use prometheus::{Histogram, HistogramOpts, IntCounterVec, Opts, Registry, TextEncoder};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::new();
    let requests = IntCounterVec::new(
        Opts::new("http_requests_total", "Requests."),
        &["method", "secure"],
    )?;
    let buckets = vec![0.001, 0.01, 0.1, 1.0];
    let latency = Histogram::with_opts(
        HistogramOpts::new("http_latency_seconds", "Latency.").buckets(buckets),
    )?;
    registry.register(Box::new(requests.clone()))?;
    registry.register(Box::new(latency.clone()))?;

    requests.with_label_values(&["get", "true"]).inc();
    requests.with_label_values(&["post", "false"]).inc();
    latency.observe(0.02);
    print!(
        "{}",
        TextEncoder::new().encode_to_string(&registry.gather())?
    );
    Ok(())
}
