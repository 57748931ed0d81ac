use metricset::testing::Snapshot;
use metricset::{Counter, Family, Gauge, LabelSet, MetricSet, Observed, Registry};

#[derive(LabelSet)]
struct Login {
    failed: bool,
}

#[derive(MetricSet)]
#[metrics(prefix = "app", register = false)]
struct App {
    /// Waiting.
    waiting: Observed<Gauge>,
    /// Logins.
    logins_total: Family<Login, Counter>,
}

fn main() {
    let registry = Registry::new();
    let app: App = registry.register().unwrap();
    let before = Snapshot::of(&registry);
    before.delta(&app.waiting);
    before.delta(&app.logins_total);
}
