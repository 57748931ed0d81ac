use metricset::{LabelEnum, MetricSet, Observed, StateSet, UpDownGauge};

#[derive(Clone, Copy, LabelEnum)]
enum Mode {
    On,
    Off,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// In flight.
    in_flight: Observed<UpDownGauge>,
    /// Mode.
    mode: Observed<StateSet<Mode>>,
}

fn main() {}
