use metricset::{Gauge, LabelEnum, MetricSet, instrument_metric};

#[derive(Clone, Copy, LabelEnum)]
enum ErrorKind {
    Refused,
}

impl From<&()> for ErrorKind {
    fn from((): &()) -> Self {
        Self::Refused
    }
}

/// Peers.
#[derive(MetricSet)]
#[metrics(prefix = "peer")]
struct PeerMetrics {
    /// Calls in flight.
    active: Gauge,
}

static PEERS: PeerMetrics = PeerMetrics::global();

#[instrument_metric(labels(kind = ErrorKind::Refused), error = ErrorKind)]
fn dial() -> Result<(), ()> {
    Ok(())
}

#[instrument_metric(in_flight = PEERS.active, error = ErrorKind)]
fn listen() -> Result<(), ()> {
    Ok(())
}

#[instrument_metric(in_flight = PEERS.active, labels(kind = ErrorKind::Refused))]
fn accept() {}

fn main() {
    dial().unwrap();
    listen().unwrap();
    accept();
}
