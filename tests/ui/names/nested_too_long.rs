use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(register = false)]
struct Db {
    /// Peers.
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_total: Counter,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    #[metric(nested, prefix = "primary_database_connections")]
    db: Db,
}

fn main() {}
