use metricset::{Family, Info, LabelSet, MetricSet};

#[derive(LabelSet)]
struct Client<'a> {
    id: &'a str,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Facts.
    facts: Family<Client<'static>, Info<Client<'static>>>,
}

fn main() {}
