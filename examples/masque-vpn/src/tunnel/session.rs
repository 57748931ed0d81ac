//! A client's connection, and what is counted for the client.

use std::time::{Duration, Instant};

use metricset::{InFlightGuard, UpDownGauge};

use crate::metrics::{CLIENTS, CONNECTIONS, Client, ClientStream, StreamType};
use crate::pool::Lease;

/// From an accepted request to the end, which dropping it is.
pub(super) struct Session {
    pub(super) client_id: String,
    pub(super) lease: Lease,
    heard: Instant,
    connected: Instant,
    _active: InFlightGuard<UpDownGauge>,
}

impl Session {
    pub(super) fn start(client_id: &str, lease: Lease) -> Self {
        CONNECTIONS.total_connections.inc();
        let session = Self {
            client_id: client_id.to_owned(),
            lease,
            heard: Instant::now(),
            connected: Instant::now(),
            _active: CONNECTIONS.active_connections.in_flight(),
        };
        // There is no QUIC below. In HTTP/3 these would be the stream of the request and the one of the settings.
        for stream_type in [StreamType::Bidirectional, StreamType::Unidirectional] {
            let stream = ClientStream {
                client_id,
                stream_type,
            };
            CLIENTS.quic_streams_total.with(stream).inc();
        }
        session
    }

    pub(super) fn is_idle(&self, limit: Duration) -> bool {
        self.heard.elapsed() > limit
    }

    pub(super) fn received(&mut self, bytes: usize) {
        self.heard = Instant::now();
        let client = self.labels();
        CLIENTS.packets_received_total.with(client).inc();
        CLIENTS
            .bytes_received_total
            .with(client)
            .inc_by(bytes as u64);
    }

    pub(super) fn sent(&self, bytes: usize) {
        let client = self.labels();
        CLIENTS.packets_sent_total.with(client).inc();
        CLIENTS.bytes_sent_total.with(client).inc_by(bytes as u64);
    }

    fn labels(&self) -> Client<'_> {
        Client {
            client_id: &self.client_id,
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let lasted = self.connected.elapsed();
        let client = self.labels();
        let streams = CLIENTS.quic_stream_duration_seconds.with(client);
        // Both streams live as long as the connection.
        streams.observe(lasted);
        streams.observe(lasted);
        CLIENTS
            .connection_duration_seconds
            .with(client)
            .observe(lasted);
    }
}
