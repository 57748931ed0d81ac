use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
struct App<'a, T> {
    /// Requests.
    requests_total: Counter,
    marker: std::marker::PhantomData<&'a T>,
}

fn main() {}
