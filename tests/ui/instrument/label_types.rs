use metricset::{LabelEnum, instrument_metric};

#[derive(Clone, Copy, LabelEnum)]
enum Method {
    Get,
}

impl Method {
    fn names() -> &'static [&'static str] {
        &["get"]
    }
}

/// Time to answer.
#[instrument_metric(name = "answer_seconds", labels(names = Method::names()))]
fn not_of_the_type() {}

/// Time to ask.
#[instrument_metric(name = "ask_seconds", labels(weight: f64 = 0.5))]
fn not_a_label() {}

/// Time to tell.
#[instrument_metric(name = "tell_seconds", labels(peer: T = peer))]
fn generic<T: AsRef<str>>(peer: T) {}

fn main() {
    let _ = Method::Get;
    not_of_the_type();
    not_a_label();
    generic("");
}
