//! The smallest program: a counter by two labels and a histogram, recorded once and printed.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, text::encode};
use prometheus_client::metrics::{counter::Counter, family::Family, histogram::Histogram};
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Method {
    Get,
    Post,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: Method,
    secure: u8,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let requests = Family::<Request, Counter>::default();
    let latency = Histogram::new([0.001, 0.01, 0.1, 1.0]);
    let mut registry = Registry::with_prefix("http");
    registry.register("requests", "Requests", requests.clone());
    registry.register("latency_seconds", "Latency", latency.clone());

    requests
        .get_or_create(&Request {
            method: Method::Get,
            secure: 1,
        })
        .inc();
    requests
        .get_or_create(&Request {
            method: Method::Post,
            secure: 0,
        })
        .inc();
    latency.observe(0.02);
    let mut text = String::new();
    encode(&mut text, &registry)?;
    print!("{text}");
    Ok(())
}
