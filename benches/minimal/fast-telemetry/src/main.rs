//! The smallest program: a counter by one label, which is as many as its enums can have, and a histogram, recorded once and
//! printed.

use fast_telemetry::{DeriveLabel, ExportMetrics, Histogram, LabeledCounter};

#[derive(Clone, Copy, Debug, DeriveLabel)]
#[label_name = "method"]
enum Method {
    Get,
    Post,
}

#[derive(ExportMetrics)]
#[metric_prefix = "http"]
struct Http {
    #[help = "Requests."]
    requests: LabeledCounter<Method>,
    #[help = "Latency."]
    latency_microseconds: Histogram,
}

fn main() {
    let http = Http {
        requests: LabeledCounter::new(2),
        latency_microseconds: Histogram::new(&[1_000, 10_000, 100_000, 1_000_000], 2),
    };
    http.requests.inc(Method::Get);
    http.requests.inc(Method::Post);
    http.latency_microseconds.record(20_000);
    let mut text = String::new();
    http.export_prometheus(&mut text);
    print!("{text}");
}
