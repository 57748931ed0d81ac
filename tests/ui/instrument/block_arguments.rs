use metricset::instrument_metric;

struct Peer;

#[instrument_metric(name = "dial_seconds", labels(kind = "all"))]
impl Peer {
    fn dial(&self) {}
}

fn main() {
    Peer.dial();
}
