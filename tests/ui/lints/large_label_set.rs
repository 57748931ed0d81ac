use metricset::{Counter, Family, LabelEnum, LabelSet, MetricSet};

#[derive(Clone, Copy, LabelEnum)]
enum Value {
    V0, V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12, V13, V14, V15, V16,
}

#[derive(LabelSet)]
struct Route {
    from: Value,
    via: Value,
    to: Value,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Routes.
    routes_total: Family<Route, Counter>,
}

fn main() {}
