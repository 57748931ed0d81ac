use metricset::{LabelEnum, instrument_metric};

#[derive(Clone, Copy, LabelEnum)]
enum Method {
    Get,
}

fn method() -> Method {
    Method::Get
}

/// Time to answer.
#[instrument_metric(
    name = "answer_seconds",
    labels(
        method = Method::Get,
        method = Method::Get,
        outcome = Method::Get,
        error = Method::Get,
        Method = Method::Get,
        le = Method::Get,
        of_a_function = method(),
        of_a_variable = get,
        of_a_method = get.clone()
    )
)]
fn answer(get: Method) {}

/// Time to ask.
#[instrument_metric(name = "ask_seconds", labels())]
fn ask() {}

/// Time to tell.
#[instrument_metric(name = "tell_seconds", labels(method))]
fn tell() {}

fn main() {
    answer(method());
    ask();
    tell();
}
