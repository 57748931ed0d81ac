use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(register = false)]
struct Db {
    /// Queries.
    queries_total: Counter,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// The database.
    db: Db,
}

fn main() {}
