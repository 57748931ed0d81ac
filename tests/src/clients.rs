//! A set as a server has it that knows its clients.

use std::time::Duration;

use metricset::{
    Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet, PartialKey, Registry,
};

#[derive(Clone, Copy, LabelEnum)]
enum StreamType {
    Bidirectional,
    Unidirectional,
}

#[derive(LabelSet)]
struct Client<'a> {
    client_id: &'a str,
}

#[derive(LabelSet)]
struct Stream<'a> {
    client_id: &'a str,
    stream_type: StreamType,
}

/// Seven families that know clients.
#[derive(MetricSet)]
#[metrics(prefix = "clients", register = false)]
pub struct Clients {
    /// By client.
    #[metric(max_series = 200_000)]
    sent_bytes_total: Family<Client<'static>, Counter>,
    /// By client.
    #[metric(max_series = 200_000)]
    received_bytes_total: Family<Client<'static>, Counter>,
    /// By client.
    #[metric(max_series = 200_000, idle_timeout = "1h")]
    sent_packets_total: Family<Client<'static>, Counter>,
    /// By client.
    #[metric(max_series = 200_000)]
    received_packets_total: Family<Client<'static>, Counter>,
    /// By client.
    #[metric(max_series = 200_000)]
    round_trip_seconds: Family<Client<'static>, Gauge<f64>>,
    /// By client.
    #[metric(max_series = 200_000, buckets = [0.1, 1, 10])]
    stream_duration_seconds: Family<Client<'static>, Histogram<Duration>>,
    /// By client and type.
    #[metric(max_series = 400_000)]
    streams_total: Family<Stream<'static>, Counter>,
    #[metric(partial_key)]
    client: PartialKey<Client<'static>>,
}

/// In all families.
pub const SERIES_OF_A_CLIENT: usize = 8;

impl Clients {
    /// Touches all series of a client.
    pub fn connect(&self, client_id: &str) {
        let client = || Client { client_id };
        self.sent_bytes_total.with(client()).inc_by(1_200);
        self.received_bytes_total.with(client()).inc_by(1_200);
        self.sent_packets_total.with(client()).inc();
        self.received_packets_total.with(client()).inc();
        self.round_trip_seconds.with(client()).set(0.02);
        self.stream_duration_seconds
            .with(client())
            .observe(Duration::from_millis(30));
        for stream_type in [StreamType::Bidirectional, StreamType::Unidirectional] {
            self.streams_total
                .with(Stream {
                    client_id,
                    stream_type,
                })
                .inc();
        }
    }

    /// Ends them.
    ///
    /// # Panics
    /// If there were others.
    pub fn disconnect(&self, client_id: &str) {
        let removed = self.client.remove(Client { client_id });
        assert_eq!(removed, SERIES_OF_A_CLIENT);
    }
}

/// The set in a registry of its own.
///
/// # Panics
/// Never: nothing else is in it.
pub fn clients() -> (Registry, Clients) {
    let registry = Registry::new();
    let clients = registry.register().expect("the only set of a registry");
    (registry, clients)
}

/// As long as identifiers of clients are.
pub fn id(number: usize) -> String {
    format!("{number:032x}")
}
