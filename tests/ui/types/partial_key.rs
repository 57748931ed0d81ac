use metricset::{Counter, Family, LabelSet, MetricSet, Observed, PartialKey};

#[derive(LabelSet)]
struct Client<'a> {
    client_id: &'a str,
}

#[derive(LabelSet)]
struct Site<'a> {
    client_id: &'a str,
    site_id: u64,
}

#[derive(LabelSet)]
struct Cached {
    cached: bool,
}

#[derive(LabelSet)]
struct Worker<'a> {
    worker: &'a str,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Jobs done, whose series the closure ends.
    jobs_total: Observed<Family<Worker<'static>, Counter>>,
    /// Bytes by client.
    sent_bytes_total: Family<Client<'static>, Counter>,
    /// Answers, whose series never end.
    answers_total: Family<Cached, Counter>,
    #[metric(partial_key)]
    site: PartialKey<Site<'static>>,
    #[metric(partial_key)]
    cached: PartialKey<Cached>,
    #[metric(partial_key)]
    nothing: PartialKey<()>,
    #[metric(partial_key)]
    worker: PartialKey<Worker<'static>>,
}

fn main() {}
