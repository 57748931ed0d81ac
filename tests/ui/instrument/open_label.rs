use metricset::instrument_metric;

/// Time to dial.
#[instrument_metric(name = "dial_seconds", labels(secure = port == 443, peer: &str = peer, port: u16 = port))]
fn dial(peer: &str, port: u16) {}

/// Time to listen.
#[instrument_metric(name = "listen_seconds", labels(secure = port == 443), max_series = 10)]
fn listen(port: u16) {}

fn main() {
    dial("", 1);
    listen(1);
}
