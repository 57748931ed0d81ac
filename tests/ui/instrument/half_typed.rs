//! A body that is half typed is a mistake of the body.

use metricset::instrument_metric;

#[instrument_metric]
fn dial(peer: &str) -> usize {
    let len = peer.;
    len
}

#[instrument_metric]
async fn listen(peer: &str) -> usize {
    peer.len() +
}

fn main() {
    dial("");
    drop(listen(""));
}
