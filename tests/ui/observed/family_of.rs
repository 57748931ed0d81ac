use metricset::{Family, Gauge, LabelSet, MetricSet, Observed, UpDownGauge};

#[derive(LabelSet)]
struct Client<'a> {
    id: &'a str,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// In flight.
    in_flight: Observed<Family<Client<'static>, UpDownGauge>>,
    /// The wrong way round.
    connections: Family<Client<'static>, Observed<Gauge>>,
}

fn main() {}
