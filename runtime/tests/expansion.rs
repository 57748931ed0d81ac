//! What the derives generate works together: label sets, metrics, nested and optional sets, the linker's slice.
#![forbid(unsafe_code)]

use metricset::{Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet};
use metricset::{Optional, Registry};

#[derive(Clone, Copy, LabelEnum)]
enum Transport {
    Quic,
    H2,
}

#[derive(LabelSet)]
struct Connection {
    transport: Transport,
    direct: bool,
}

#[derive(LabelSet)]
struct Client<'a> {
    client_id: &'a str,
}

#[derive(MetricSet)]
#[metrics(prefix = "db", register = false)]
struct Db {
    /// Queries.
    queries_total: Counter,
}

#[derive(MetricSet)]
#[metrics(prefix = "peer")]
struct Peer {
    /// Peers.
    connected: Gauge,
    /// Connections.
    connections_total: Family<Connection, Counter>,
    /// Bytes.
    #[metric(max_series = 2)]
    bytes_total: Family<Client<'static>, Counter>,
    /// Latency.
    #[metric(buckets = [0.1, 1])]
    latency_seconds: Histogram,
    #[metric(nested, prefix = "db")]
    db: Db,
    #[metric(nested, prefix = "cache")]
    cache: Optional<Db>,
}

static PEER: Peer = Peer::global();

#[test]
fn expansion() {
    PEER.connected.set(3);
    PEER.connections_total
        .with(Connection {
            transport: Transport::H2,
            direct: true,
        })
        .inc();
    PEER.connections_total
        .with(Connection {
            transport: Transport::Quic,
            direct: true,
        })
        .inc_by(5);
    let id = String::from("a");
    PEER.bytes_total.with(Client { client_id: &id }).inc();
    PEER.bytes_total.with(Client { client_id: "a" }).inc();
    PEER.bytes_total.with(Client { client_id: "b" }).inc();
    PEER.bytes_total.with(Client { client_id: "c" }).inc();
    PEER.latency_seconds.observe(0.5);
    PEER.db.queries_total.inc();
    PEER.cache.enable();
    PEER.cache.get().unwrap().queries_total.inc();
    assert_eq!(PEER.bytes_total.with(Client { client_id: "a" }).get(), 2);
    assert_eq!(
        PEER.connections_total
            .with(Connection {
                transport: Transport::Quic,
                direct: true
            })
            .get(),
        5
    );
    assert_eq!(PEER.latency_seconds.snapshot().count(), 1);
    let registry = Registry::linked().unwrap();
    // Three reasons to drop an update, and the one family that overflowed.
    let own = 3 + 1;
    assert_eq!(registry.size().series, 1 + 4 + 3 + 1 + 2 + own);
    let again: Peer = Registry::new().register().unwrap();
    assert_eq!(again.connected.get(), 0);
}
