use metricset::instrument_metric;

#[instrument_metric(skip)]
fn dial() {}

struct Peer;

#[instrument_metric(skip)]
impl Peer {
    fn dial(&self) {}
}

#[instrument_metric]
impl Peer {
    #[instrument_metric(skip = true)]
    fn listen(&self) {}
}

fn main() {
    dial();
    Peer.dial();
    Peer.listen();
}
