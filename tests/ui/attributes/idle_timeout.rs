use metricset::{Counter, Family, LabelSet, MetricSet};

#[derive(LabelSet)]
struct Client<'a> {
    id: &'a str,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Bytes by client.
    #[metric(idle_timeout = "10 minutes")]
    sent_bytes_total: Family<Client<'static>, Counter>,
    /// Bytes by client.
    #[metric(idle_timeout = 600)]
    received_bytes_total: Family<Client<'static>, Counter>,
    /// Calls by client.
    #[metric(idle_timeout = "ten")]
    calls_total: Family<Client<'static>, Counter>,
}

fn main() {}
