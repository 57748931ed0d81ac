//! The smallest program: a counter by two labels and a histogram, recorded once and printed.

use metrics::{counter, histogram};
use metrics_exporter_prometheus::PrometheusBuilder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let handle = PrometheusBuilder::new()
        .set_buckets(&[0.001, 0.01, 0.1, 1.0])?
        .install_recorder()?;
    counter!("http_requests_total", "method" => "get", "secure" => "true").increment(1);
    counter!("http_requests_total", "method" => "post", "secure" => "false").increment(1);
    histogram!("http_latency_seconds").record(0.02);
    print!("{}", handle.render());
    Ok(())
}
