use metricset::{Counter, Family, Gauge, LabelSet, MetricSet, Observed};

#[derive(LabelSet)]
struct Client<'a> {
    id: &'a str,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Waiting.
    waiting: Observed<Gauge>,
    /// Clients.
    client_events_total: Observed<Family<Client<'static>, Counter>>,
}

static APP: App = App::global();

fn main() {
    APP.waiting.read_with(|| 0.5);
    APP.client_events_total.read_with(|| 1);
    APP.waiting.set(1);
}
