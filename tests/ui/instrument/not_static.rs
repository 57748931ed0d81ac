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

struct Peer {
    metrics: PeerMetrics,
}

impl Peer {
    #[instrument_metric(into = self.metrics.dial_seconds)]
    fn dial(&self) {}

    #[instrument_metric(into = PEERS)]
    fn listen(&self) {}

    #[instrument_metric(into = metrics().dial_seconds)]
    fn accept(&self) {}
}

fn metrics() -> PeerMetrics {
    PeerMetrics::global()
}

fn main() {
    let peer = Peer { metrics: metrics() };
    peer.dial();
    peer.listen();
    peer.accept();
    PEERS.dial_seconds.observe(0.1);
}
