use metricset::{Counter, Gauge, Histogram, LabelEnum, MetricSet, StateSet, instrument_metric};

#[derive(Clone, Copy, LabelEnum)]
enum Phase {
    Starting,
}

/// Peers.
#[derive(MetricSet)]
#[metrics(prefix = "peer")]
struct PeerMetrics {
    /// Time to dial.
    #[metric(buckets = "latency")]
    dial_seconds: Histogram,
    /// Calls.
    calls_total: Counter,
    /// Calls in flight.
    active: Gauge,
    /// What it does.
    phase: StateSet<Phase>,
}

static PEERS: PeerMetrics = PeerMetrics::global();

#[instrument_metric(into = PEERS.calls_total)]
fn into() {}

#[instrument_metric(calls = PEERS.active)]
fn calls() {}

#[instrument_metric(in_flight = PEERS.dial_seconds)]
fn in_flight() {}

#[instrument_metric(calls = PEERS.phase)]
fn state() {}

#[instrument_metric(into = PEERS.dail_seconds)]
fn misspelt() {}

fn main() {
    into();
    calls();
    in_flight();
    state();
    misspelt();
    PEERS.phase.set(Phase::Starting);
}
