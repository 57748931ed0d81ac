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
    #[metric(partial_key)]
    counter: Counter,
    /// Without the attribute.
    client: PartialKey<Client<'static>>,
}

fn main() {}
