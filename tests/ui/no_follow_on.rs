//! One mistake in each declaration, and every use of it: no error comes from a use.

use metricset::{
    Counter, Family, Gauge, Info, LabelEnum, LabelSet, LabelValue, MetricSet, Optional, Registry,
};

#[derive(Clone, Copy, LabelEnum)]
#[label(rename_all = "title")]
enum Transport {
    Quic,
    H2,
}

#[derive(LabelValue)]
#[label(crat = metricset)]
struct PeerId(u64);

#[derive(LabelSet)]
struct Connection {
    #[label(rename = "Transport")]
    transport: Transport,
    peer: PeerId,
}

#[derive(LabelSet)]
struct Client<T> {
    id: T,
}

#[derive(LabelSet)]
struct Tuple(bool);

#[derive(MetricSet)]
#[metrics(prefx = "db")]
struct Db {
    /// Queries.
    queries: Counter,
}

#[derive(MetricSet)]
struct Tuples(Counter);

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Connections.
    #[metric(name = "Connections")]
    connections_total: Family<Connection, Counter>,
    /// Clients.
    clients_total: Family<Client<bool>, Counter>,
    /// Tuples.
    tuples: Family<Tuple, Gauge>,
    /// What is running.
    build_info: Info<Connection>,
    #[metric(nested, prefix = "Db")]
    db: Db,
    #[metric(nested)]
    tuple: Tuples,
    #[metric(nested, name = "cache")]
    cache: Optional<Db>,
}

static APP: App = App::global();
static DB: Db = Db::global();
static TUPLES: Tuples = Tuples::global();

fn main() {
    DB.queries.inc();
    TUPLES.0.inc();
    APP.connections_total
        .with(Connection {
            transport: Transport::Quic,
            peer: PeerId(1),
        })
        .inc();
    APP.clients_total.with(Client { id: true }).inc();
    APP.tuples.with(Tuple(true)).inc();
    APP.db.queries.inc();
    APP.cache.enable();
    let _: Option<&Db> = APP.cache.get();
    let _ = (&APP.build_info, &APP.tuple);
    let _ = Transport::from_value("quic").map(|transport| transport.as_str());
    let registry = Registry::new();
    let _: App = registry.register().unwrap();
    let _: Tuples = registry.register().unwrap();
    let _ = Transport::H2;
}
