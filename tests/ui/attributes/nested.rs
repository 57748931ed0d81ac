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
    #[metric(nested, prefix = "db", name = "db", sparse)]
    db: Db,
    /// Requests.
    #[metric(prefix = "http")]
    requests_total: Counter,
}

fn main() {}
