use metricset::{Counter, Family, Gauge, LabelSet, MetricSet, Observed, Summary};

#[derive(LabelSet)]
struct Client<'a> {
    id: &'a str,
}

#[derive(LabelSet)]
struct Side {
    inbound: bool,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Sides.
    #[metric(sparse)]
    sides: Observed<Family<Side, Gauge>>,
    /// Clients.
    #[metric(idle_timeout = "1h")]
    clients: Observed<Family<Client<'static>, Gauge>>,
    /// Capped without labels.
    #[metric(max_series = 10)]
    length: Observed<Gauge>,
    /// Pauses.
    #[metric(quantiles = [0.5], max_age = "10m", age_buckets = 5)]
    pause_seconds: Observed<Summary>,
    /// Buckets of a counter.
    #[metric(buckets = [1.0])]
    events_total: Observed<Counter>,
}

fn main() {}
