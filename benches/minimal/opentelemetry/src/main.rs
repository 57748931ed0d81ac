//! The smallest program: a counter by two labels and a histogram, recorded once and printed.

use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use prometheus::{Registry, TextEncoder};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::new();
    let exporter = opentelemetry_prometheus::exporter()
        .with_registry(registry.clone())
        .build()?;
    let provider = SdkMeterProvider::builder().with_reader(exporter).build();
    let meter = provider.meter("http");
    let requests = meter.u64_counter("http_requests").build();
    let latency = meter
        .f64_histogram("http_latency_seconds")
        .with_boundaries(vec![0.001, 0.01, 0.1, 1.0])
        .build();

    requests.add(
        1,
        &[
            KeyValue::new("method", "get"),
            KeyValue::new("secure", true),
        ],
    );
    requests.add(
        1,
        &[
            KeyValue::new("method", "post"),
            KeyValue::new("secure", false),
        ],
    );
    latency.record(0.02, &[]);
    print!(
        "{}",
        TextEncoder::new().encode_to_string(&registry.gather())?
    );
    Ok(())
}
