//! The documented catalogue, as declarations: names, types, labels and help are the document's, to the letter.
//!
//! Where the document contradicts itself or leaves something open, the reading taken here is named by its id (`MV-…`) in
//! `checks/tests/catalogues/masque-vpn.toml`.

use std::time::Duration;

use metricset::{
    Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet, Observed, PartialKey,
    UpDownGauge,
};

pub(crate) static CONNECTIONS: ConnectionMetrics = ConnectionMetrics::global();
pub(crate) static CLIENTS: ClientMetrics = ClientMetrics::global();
pub(crate) static PACKETS: PacketMetrics = PacketMetrics::global();
pub(crate) static MASQUE: MasqueMetrics = MasqueMetrics::global();
pub(crate) static SYSTEM: SystemMetrics = SystemMetrics::global();
pub(crate) static ERRORS: ErrorMetrics = ErrorMetrics::global();

/// Connections, all clients together.
#[derive(MetricSet)]
#[metrics(prefix = "masque_vpn")]
pub(crate) struct ConnectionMetrics {
    /// Current number of active VPN connections
    pub(crate) active_connections: UpDownGauge,
    /// Total number of connections established since startup
    // MV-01: the published name. MV-06: the "success rate" of the document is the rate of this; what failed is in
    // `masque_requests_total`.
    #[metric(allow(counter_without_total))]
    pub(crate) total_connections: Counter,
}

/// What is counted for each client, and ends with it.
// MV-10: nothing says when a client's series end. Here they end together, some time after the client has left (`--linger`),
// so that its last values are scraped; a crowd that comes and goes faster than that shares the overflow series.
#[derive(MetricSet)]
#[metrics(prefix = "masque_vpn")]
pub(crate) struct ClientMetrics {
    /// Duration of connections in seconds
    // MV-05: no buckets are documented; these go from a failed start to a day.
    #[metric(buckets = [1.0, 10.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 43200.0, 86400.0])]
    pub(crate) connection_duration_seconds: Family<Client<'static>, Histogram<Duration>>,
    /// Total bytes sent to clients
    pub(crate) bytes_sent_total: Family<Client<'static>, Counter>,
    /// Total bytes received from clients
    pub(crate) bytes_received_total: Family<Client<'static>, Counter>,
    /// Total packets sent to clients
    pub(crate) packets_sent_total: Family<Client<'static>, Counter>,
    /// Total packets received from clients
    pub(crate) packets_received_total: Family<Client<'static>, Counter>,
    /// Duration of QUIC streams
    // MV-07: of both types together, as documented.
    #[metric(buckets = [1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1800.0, 3600.0])]
    pub(crate) quic_stream_duration_seconds: Family<Client<'static>, Histogram<Duration>>,
    /// Total QUIC streams created
    pub(crate) quic_streams_total: Family<ClientStream<'static>, Counter>,
    #[metric(partial_key)]
    pub(crate) client: PartialKey<Client<'static>>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Client<'a> {
    pub(crate) client_id: &'a str,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ClientStream<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) stream_type: StreamType,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum StreamType {
    Bidirectional,
    Unidirectional,
}

/// Packets on their way through the server.
#[derive(MetricSet)]
#[metrics(prefix = "masque_vpn")]
pub(crate) struct PacketMetrics {
    /// Time spent processing packets
    // MV-16: the documented average is one for each direction.
    #[metric(buckets = PROCESSING)]
    pub(crate) packet_processing_duration_seconds: Family<Way, Histogram<Duration>>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Way {
    pub(crate) direction: Direction,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Direction {
    /// From a client.
    Inbound,
    /// To a client.
    Outbound,
}

/// MASQUE CONNECT-IP requests.
// MV-14: `masque_vpn_masque_…` is published.
#[derive(MetricSet)]
#[metrics(prefix = "masque_vpn")]
pub(crate) struct MasqueMetrics {
    /// Total MASQUE CONNECT-IP requests
    pub(crate) masque_requests_total: Family<Answer, Counter>,
    /// Time to process MASQUE CONNECT-IP requests
    // MV-08: successes and failures together, as documented.
    #[metric(buckets = PROCESSING)]
    pub(crate) masque_request_duration_seconds: Family<Request, Histogram<Duration>>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Request {
    pub(crate) method: Method,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Answer {
    pub(crate) method: Method,
    pub(crate) status: Status,
}

// MV-09: a label with one value.
#[derive(Clone, Copy, LabelEnum)]
#[label(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    Connect,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Status {
    Success,
    Failed,
}

/// The address pool.
// MV-13: any two of these give the third, so a scrape sets all three from one count.
#[derive(MetricSet)]
#[metrics(prefix = "masque_vpn")]
pub(crate) struct PoolMetrics {
    /// Total number of IP addresses in pool
    // MV-04: a gauge in spite of its name, which a query and an alert already use.
    #[metric(allow(total_on_non_counter))]
    pub(crate) ip_pool_total: Gauge,
    /// Number of IP addresses currently assigned
    pub(crate) ip_pool_used: Gauge,
    /// Number of available IP addresses in pool
    pub(crate) ip_pool_available: Gauge,
}

/// The server and its interface.
#[derive(MetricSet)]
#[metrics(prefix = "masque_vpn")]
pub(crate) struct SystemMetrics {
    /// TUN interface status (1=active, 0=inactive)
    pub(crate) tun_interface_status: UpDownGauge,
    /// Server uptime in seconds
    // MV-02, MV-03: a counter without `_total`, as published, of elapsed time: read at each scrape instead of being moved by
    // a timer.
    #[metric(allow(counter_without_total))]
    pub(crate) server_uptime_seconds: Observed<Counter<f64>>,
}

/// What went wrong.
#[derive(MetricSet)]
#[metrics(prefix = "masque_vpn")]
pub(crate) struct ErrorMetrics {
    /// Total number of errors by type
    // MV-11: the cause is `error_type` here and `reason` in the next, as published.
    pub(crate) errors_total: Family<Error, Counter>,
    /// Total number of dropped packets
    // MV-12: a packet that is dropped is counted here; what never was a packet is an error of type `packet`.
    pub(crate) packet_drops_total: Family<DroppedPacket, Counter>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Error {
    pub(crate) error_type: ErrorType,
}

#[derive(Clone, Copy, Debug, LabelEnum)]
pub(crate) enum ErrorType {
    /// A client that is not connected, or went silent.
    Connection,
    /// A datagram that is no frame of the tunnel.
    Packet,
    /// A wrong token.
    Auth,
    /// A packet that the interface did not take.
    Tun,
    /// A request that was malformed, or for which there was no address.
    Masque,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct DroppedPacket {
    pub(crate) reason: DropReason,
}

#[derive(Clone, Copy, Debug, LabelEnum, PartialEq)]
pub(crate) enum DropReason {
    Invalid,
    Oversized,
    ProcessingError,
}

const PROCESSING: [f64; 7] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0];

impl ErrorMetrics {
    pub(crate) fn failed(&self, error_type: ErrorType) {
        self.errors_total.with(Error { error_type }).inc();
    }

    pub(crate) fn dropped(&self, reason: DropReason) {
        self.packet_drops_total.with(DroppedPacket { reason }).inc();
    }
}
