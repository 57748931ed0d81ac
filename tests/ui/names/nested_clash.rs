use metricset::{Counter, MetricSet, Optional};

#[derive(MetricSet)]
#[metrics(register = false)]
struct Db {
    /// Queries.
    queries_total: Counter,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Queries.
    queries_total: Counter,
    #[metric(nested)]
    primary: Db,
    #[metric(nested, prefix = "replica")]
    first: Db,
    #[metric(nested, prefix = "replica")]
    second: Optional<Db>,
}

fn main() {}
