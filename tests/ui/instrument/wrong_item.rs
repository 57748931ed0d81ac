use metricset::instrument_metric;

#[instrument_metric]
struct Peer;

#[instrument_metric]
trait Dial {
    fn dial(&self);
}

#[instrument_metric]
const LIMIT: u8 = 8;

trait Listen {
    #[instrument_metric]
    fn listen(&self);
}

fn main() {
    let _ = (Peer, LIMIT);
}
