//! The eight families of CONNMIX itself, as declarations: names, types, labels and help are the document's, to the letter.
//!
//! The document is a sample of each node's output and nothing else (CX-13, CX-14). Where it leaves something open, the reading
//! taken here is named by its id (`CX-…`) in `checks/tests/catalogues/connmix.toml`. The other 29 families, which both nodes
//! have, are those of a foreign runtime (`go.rs`).

use std::time::Duration;

use metricset::{Counter, Family, Gauge, LabelEnum, LabelSet, MetricSet, Summary, UpDownGauge};

pub(crate) static CENTER: CenterMetrics = CenterMetrics::global();
pub(crate) static ENGINE: EngineMetrics = EngineMetrics::global();

/// The registry of the center.
#[derive(MetricSet)]
#[metrics(prefix = "connmix_center_registry")]
pub(crate) struct CenterMetrics {
    /// Total number of registry channels
    // CX-01, CX-02: a counter, so it counts the channels that ever came into being, not those that are there.
    pub(crate) channels_total: Counter,
    /// Number of registry clients
    // CX-09: the sum of what the engines tell of theirs.
    pub(crate) clients: Gauge,
    /// Number of registry engine nodes
    pub(crate) engine_nodes: UpDownGauge,
}

/// The servers of an engine, which talk to clients.
#[derive(MetricSet)]
#[metrics(prefix = "connmix_engine_servers")]
pub(crate) struct EngineMetrics {
    /// Number of servers clients
    // CX-03: of both protocols together.
    pub(crate) clients: UpDownGauge,
    /// Total number of servers read messages
    pub(crate) read_messages_total: Family<Server, Counter>,
    /// A summary of the duration of servers send a message to client
    // CX-05: which sends are timed is open. Here all of them are, from the moment that the message waits for its client, so the
    // count is that of `send_messages_total`. CX-04: only this family tells scenarios apart. CX-06: quantiles of several engines
    // cannot be combined. CX-07, CX-08: 0 and 1 are the extremes of the window, and `NaN` is what a series has that saw nothing.
    #[metric(quantiles = [0, 0.25, 0.5, 0.75, 1], max_age = "10m", age_buckets = 5)]
    pub(crate) send_duration_seconds: Family<Delivery, Summary<Duration>>,
    /// Total number of servers send errors
    pub(crate) send_errors_total: Family<Server, Counter>,
    /// Total number of servers send messages
    pub(crate) send_messages_total: Family<Server, Counter>,
}

#[derive(LabelSet)]
pub(crate) struct Server {
    pub(crate) protocol: Protocol,
}

#[derive(LabelSet)]
pub(crate) struct Delivery {
    pub(crate) protocol: Protocol,
    pub(crate) scenario: Scenario,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Protocol {
    Socket,
    #[label(rename = "websocket")]
    WebSocket,
}

/// How a message came to the engine that sends it to a client.
#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Scenario {
    /// From another engine, by way of the center.
    Forward,
    /// From a client of the same engine.
    Local,
}
