use metricset::instrument_metric;

#[instrument_metric]
#[instrument_metric]
fn dial() {}

#[instrument_metric(crate = metricset, crate = metricset)]
fn listen() {}

struct Peer;

#[instrument_metric]
impl Peer {
    #[instrument_metric(ok_if = |_| true)]
    #[metricset::instrument_metric(ok_if = |_| false)]
    fn accept(&self) {}
}

fn main() {
    dial();
    listen();
    Peer.accept();
}
