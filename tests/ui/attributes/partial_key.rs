use metricset::{Counter, Family, LabelSet, MetricSet, PartialKey};

#[derive(LabelSet)]
struct Client<'a> {
    client_id: &'a str,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Bytes by client.
    sent_bytes_total: Family<Client<'static>, Counter>,
    /// Not a metric.
    #[metric(partial_key, nested, prefix = "client", name = "id", max_series = 5)]
    client: PartialKey<Client<'static>>,
    #[metric(partial_key = true)]
    again: PartialKey<Client<'static>>,
}

fn main() {}
