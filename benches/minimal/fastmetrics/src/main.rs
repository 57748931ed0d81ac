//! The smallest program: a counter by two labels and a histogram, recorded once and printed.

use fastmetrics::derive::{EncodeLabelValue, LabelSet, Register};
use fastmetrics::format::text::{TextProfile, encode};
use fastmetrics::metrics::{counter::Counter, family::Family, histogram::Histogram};
use fastmetrics::registry::{Register, Registry};

#[derive(Clone, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Method {
    Get,
    Post,
}

#[derive(Clone, PartialEq, Eq, Hash, LabelSet)]
struct Request {
    method: Method,
    secure: bool,
}

#[derive(Register)]
struct Http {
    /// Requests
    requests: Family<Request, Counter>,
    /// Latency
    latency_seconds: Histogram,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = Http {
        requests: Family::default(),
        latency_seconds: Histogram::new([0.001, 0.01, 0.1, 1.0]),
    };
    let mut registry = Registry::builder().with_namespace("http").build()?;
    http.register(&mut registry)?;

    http.requests.with_or_new(
        &Request {
            method: Method::Get,
            secure: true,
        },
        |one| one.inc(),
    );
    http.requests.with_or_new(
        &Request {
            method: Method::Post,
            secure: false,
        },
        |one| one.inc(),
    );
    http.latency_seconds.observe(0.02);
    let mut text = String::new();
    encode(&mut text, &registry, TextProfile::default())?;
    print!("{text}");
    Ok(())
}
