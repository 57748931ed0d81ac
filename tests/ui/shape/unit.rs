use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
struct App;

fn main() {}
