use metricset::{Info, LabelSet, MetricSet};

#[derive(LabelSet)]
struct Build<'a> {
    version: &'a str,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// What is running.
    build: Info<Build<'static>>,
}

fn main() {}
