//! Sites and how they are connected.

use std::time::Duration;

use metricset::{
    Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet, Observed, UpDownGauge,
};

use super::{ByDirection, ByResult, Direction, Outcome};

/// Sites.
// PG-27: no call of the document takes a site away. Here its series end with it: observed families only have what is there, and
// `Site`'s end removes the others.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct SiteMetrics {
    /// Number of active sites by region
    // PG-25: `site_active_sites` is published.
    pub(crate) site_active_sites: Observed<Family<ByRegion<'static>, Gauge>>,
    /// Site online status (0/1) by site_id and transport
    // PG-16: of the site's WebSocket; `tunnel_up` is of its WireGuard tunnel.
    pub(crate) site_online: Observed<Family<SiteTransport<'static>, Gauge>>,
    /// Cumulative bandwidth by site_id, direction, and protocol
    // PG-17: what clients exchange with the site; `tunnel_bytes_total` has the site's own messages too.
    pub(crate) site_bandwidth_bytes_total: Family<SiteTraffic<'static>, Counter>,
    /// Site uptime in seconds
    // PG-05, PG-10: of each site. PG-23: a counter of elapsed time, read at each scrape.
    pub(crate) site_uptime_seconds_total: Observed<Family<BySite<'static>, Counter<f64>>>,
    /// Connection drops by site_id
    pub(crate) site_connection_drops_total: Family<BySite<'static>, Counter>,
    /// Handshake latency distribution
    // PG-02: the labels of the recording example. PG-26: no buckets are documented, here and in the others.
    #[metric(buckets = "latency")]
    pub(crate) site_handshake_latency_seconds: Family<SiteTransport<'static>, Histogram<Duration>>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ByRegion<'a> {
    pub(crate) region: &'a str,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct BySite<'a> {
    pub(crate) site_id: &'a str,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct SiteTransport<'a> {
    pub(crate) site_id: &'a str,
    pub(crate) transport: Transport,
}

#[derive(Clone, Copy, LabelEnum)]
#[label(rename_all = "lowercase")]
pub(crate) enum Transport {
    WebSocket,
    WireGuard,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct SiteTraffic<'a> {
    pub(crate) site_id: &'a str,
    pub(crate) direction: Direction,
    pub(crate) protocol: NetworkProtocol,
}

// PG-11: `protocol` is one of the network here and of the application for a resource.
#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum NetworkProtocol {
    Tcp,
}

/// Tunnels to the sites.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct TunnelMetrics {
    /// Tunnel health status (0/1) by site_id and transport
    pub(crate) tunnel_up: Family<SiteTransport<'static>, UpDownGauge>,
    /// Reconnection count by site_id, transport, and reason
    pub(crate) tunnel_reconnects_total: Family<Reconnect<'static>, Counter>,
    /// RTT latency distribution
    // PG-14: no label, as in all distributions but the handshake's.
    #[metric(buckets = "fast_latency")]
    pub(crate) tunnel_latency_seconds: Histogram<Duration>,
    /// Tunnel bytes by direction
    // PG-12: of all sites together.
    pub(crate) tunnel_bytes_total: Family<ByDirection, Counter>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Reconnect<'a> {
    pub(crate) site_id: &'a str,
    pub(crate) transport: Transport,
    pub(crate) reason: ReconnectReason,
}

#[derive(Clone, Copy, Debug, LabelEnum)]
pub(crate) enum ReconnectReason {
    /// The site hung up.
    Closed,
    /// The site fell silent.
    Timeout,
    /// The site was not let in.
    Refused,
}

/// WireGuard.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct WireGuardMetrics {
    /// WireGuard handshake attempts by result
    pub(crate) wg_handshake_total: Family<ByResult, Counter>,
}

/// The sites' control connections.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct WebSocketMetrics {
    /// WebSocket connection attempts by site_id and result
    pub(crate) ws_connections_total: Family<Connect<'static>, Counter>,
    /// Active WebSocket connections by site_id
    pub(crate) ws_active_connections: Family<BySite<'static>, UpDownGauge>,
    /// WebSocket messages by direction and msg_type
    // PG-13: of all sites together.
    pub(crate) ws_messages_total: Family<Message, Counter>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Connect<'a> {
    pub(crate) site_id: &'a str,
    pub(crate) result: Outcome,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Message {
    pub(crate) direction: Direction,
    pub(crate) msg_type: MessageType,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum MessageType {
    Register,
    Registered,
    Refused,
    Holepunch,
    Ping,
    Pong,
    #[label(other)]
    Other,
}
