use metricset::{Counter, Family, MetricSet};

struct Connection {
    direct: bool,
}

#[derive(MetricSet)]
struct App {
    /// Connections.
    connections_total: Family<Connection, Counter>,
}

fn main() {}
