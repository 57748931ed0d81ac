//! Memory of clients that come and go.

use std::collections::VecDeque;
use std::time::Duration;

use allocation_counter::measure;
use metricset::encode::{Format, encode};
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
struct Clients {
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

const SERIES_OF_A_CLIENT: usize = 8;

impl Clients {
    fn connect(&self, client_id: &str) {
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

    fn disconnect(&self, client_id: &str) {
        let removed = self.client.remove(Client { client_id });
        assert_eq!(removed, SERIES_OF_A_CLIENT);
    }
}

fn clients() -> (Registry, Clients) {
    let registry = Registry::new();
    let clients = registry.register().unwrap();
    (registry, clients)
}

/// As long as identifiers of clients are.
fn id(number: usize) -> String {
    format!("{number:032x}")
}

#[test]
fn a_hundred_thousand_clients_come_and_go_and_memory_is_where_it_was() {
    let (registry, clients) = clients();
    let mut connected = VecDeque::new();
    let mut come = |numbers: std::ops::Range<usize>| {
        for number in numbers {
            clients.connect(&id(number));
            connected.push_back(id(number));
            if connected.len() > 500 {
                clients.disconnect(&connected.pop_front().unwrap());
            }
        }
    };
    let first = measure(|| come(0..10_000));
    let others = measure(|| come(10_000..100_000));
    assert!(first.bytes_current > 0);
    assert_eq!(
        others.bytes_current, 0,
        "beside the {} bytes of the first 10,000",
        first.bytes_current
    );
    drop(connected);
    let mut exposition = String::new();
    encode(&registry, Format::PrometheusText, &mut exposition);
    assert_eq!(
        exposition.matches("client_id=").count(),
        500 * (SERIES_OF_A_CLIENT + 5)
    );
}

#[test]
fn clients_that_are_there_at_once_take_the_memory_of_those_before_them() {
    const AT_ONCE: usize = 20_000;
    let (_registry, clients) = clients();
    let growth = [0, 1, 2, 3].map(|wave| {
        let numbers = wave * AT_ONCE..(wave + 1) * AT_ONCE;
        let info = measure(|| {
            numbers
                .clone()
                .for_each(|number| clients.connect(&id(number)));
            numbers
                .clone()
                .for_each(|number| clients.disconnect(&id(number)));
        });
        info.bytes_current
    });
    // While the records of the first wave rest, the second may need a few of its own.
    assert!(growth[1] < growth[0] / 4, "{growth:?} bytes");
    assert!(growth[2] + growth[3] <= 0, "{growth:?} bytes");
}
