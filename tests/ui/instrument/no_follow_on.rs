//! One mistake is one message: the function is still there.

use metricset::instrument_metric;

struct Peer;

#[instrument_metric(nmae = "dial_seconds")]
async fn dial() -> Result<Peer, ()> {
    Ok(Peer)
}

#[instrument_metric]
impl Peer {
    #[instrument_metric(skpi)]
    fn send(&self, data: &[u8]) -> usize {
        data.len()
    }

    fn close(self) {}
}

async fn run() {
    let peer = dial().await.unwrap();
    let _: usize = peer.send(&[]);
    peer.close();
}

fn main() {
    drop(run());
}
