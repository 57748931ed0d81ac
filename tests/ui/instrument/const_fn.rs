use metricset::instrument_metric;

#[instrument_metric]
const fn limit() -> u8 {
    8
}

struct Peer;

#[instrument_metric]
impl Peer {
    pub const fn limit() -> u8 {
        limit()
    }
}

fn main() {
    Peer::limit();
}
