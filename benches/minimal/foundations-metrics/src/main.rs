//! The smallest program: a counter by two labels and a histogram, recorded once and printed.

use std::num::NonZeroUsize;

use foundations_metrics::{
    CollectionOptions, Counter, EncodeMetric, Histogram, LowCardinalityFamily, LowCardinalityLabel,
    NamedMetric, RegistrationMetadata, ServiceNameFormat, collect, encode_to_text, register,
};
use serde::Serialize;

#[derive(Clone, Copy, PartialEq, Serialize)]
enum Method {
    Get,
    Post,
}

#[derive(Clone, PartialEq, Serialize)]
struct Request {
    method: Method,
    secure: bool,
}

impl LowCardinalityLabel for Request {
    const CARDINALITY: NonZeroUsize = NonZeroUsize::new(4).unwrap();

    fn index(&self) -> usize {
        self.method as usize * 2 + usize::from(self.secure)
    }
}

fn main() {
    let requests = LowCardinalityFamily::<Request, Counter>::default();
    let latency = Histogram::new([0.001, 0.01, 0.1, 1.0]);
    let named: [Box<dyn EncodeMetric>; 2] = [
        Box::new(NamedMetric::new(
            "http_requests_total",
            "Requests.",
            requests.clone(),
        )),
        Box::new(NamedMetric::new(
            "http_latency_seconds",
            "Latency.",
            latency.clone(),
        )),
    ];
    for metric in named {
        register(metric, RegistrationMetadata::default());
    }

    requests
        .get_or_create(&Request {
            method: Method::Get,
            secure: true,
        })
        .inc();
    requests
        .get_or_create(&Request {
            method: Method::Post,
            secure: false,
        })
        .inc();
    latency.observe(0.02);
    let families = collect(CollectionOptions {
        include_optional: false,
        service_name: None,
        service_name_format: ServiceNameFormat::MetricPrefix,
    });
    print!("{}", encode_to_text(&families));
}
