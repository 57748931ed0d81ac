use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
struct App(Counter, Counter);

fn main() {}
