use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
enum App {
    Requests,
}

#[derive(MetricSet)]
union Peers {
    peers: Counter,
}

fn main() {}
