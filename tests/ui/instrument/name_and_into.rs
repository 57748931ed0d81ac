use metricset::{Histogram, MetricSet, instrument_metric};

/// Peers.
#[derive(MetricSet)]
#[metrics(prefix = "peer")]
struct PeerMetrics {
    /// Time to dial.
    #[metric(buckets = "latency")]
    dial_seconds: Histogram,
}

static PEERS: PeerMetrics = PeerMetrics::global();

/// Time to dial.
#[instrument_metric(name = "dial_seconds", into = PEERS.dial_seconds)]
fn dial() {}

fn main() {
    dial();
}
