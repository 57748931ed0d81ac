//! The smallest program: a counter by two labels and a histogram, recorded once and printed.

use measured::label::StaticLabelSet;
use measured::metric::histogram::Thresholds;
use measured::text::BufferedTextEncoder;
use measured::{CounterVec, FixedCardinalityLabel, Histogram, LabelGroup, MetricGroup};

#[derive(Clone, Copy, FixedCardinalityLabel)]
enum Method {
    Get,
    Post,
}

#[derive(Clone, Copy, FixedCardinalityLabel)]
enum Secure {
    False,
    True,
}

#[derive(LabelGroup)]
#[label(set = RequestSet)]
struct Request {
    method: Method,
    secure: Secure,
}

#[derive(MetricGroup)]
#[metric(new())]
struct Http {
    /// Requests.
    #[metric(label_set = RequestSet { method: StaticLabelSet::new(), secure: StaticLabelSet::new() })]
    http_requests_total: CounterVec<RequestSet>,
    /// Latency.
    #[metric(metadata = Thresholds::with_buckets([0.001, 0.01, 0.1, 1.0]))]
    http_latency_seconds: Histogram<4>,
}

fn main() {
    let http = Http::new();
    http.http_requests_total.inc(Request {
        method: Method::Get,
        secure: Secure::True,
    });
    http.http_requests_total.inc(Request {
        method: Method::Post,
        secure: Secure::False,
    });
    http.http_latency_seconds.observe(0.02);
    let mut encoder = BufferedTextEncoder::new();
    match http.collect_group_into(&mut encoder) {
        Ok(()) => print!("{}", String::from_utf8_lossy(&encoder.finish())),
        Err(never) => match never {},
    }
}
