//! A counter with one open label, looked up for every update by a string that the caller has borrowed: 1,000 series exist.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use foundations_metrics::Counter;
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use prometheus::{IntCounterVec, Opts};

use crate::contender::Contender;
use crate::floor::copy_and_format;
use crate::labels::{Client, MeasuredClient, MeasuredClientSet, OwnedClient, clients};
use crate::peers::{self, leak};

/// Counts.
#[derive(metricset::MetricSet)]
#[metrics(prefix = "bench_open")]
struct Ours {
    /// Requests.
    requests_total: metricset::Family<Client<'static>, metricset::Counter>,
}

static OURS: Ours = Ours::global();

#[derive(Debug, Clone, vise::Metrics)]
#[metrics(prefix = "bench")]
struct Vise {
    /// Requests.
    requests: vise::Family<OwnedClient, vise::Counter>,
}

#[derive(measured::MetricGroup)]
#[metric(new())]
struct Measured {
    /// Requests.
    #[metric(label_set = MeasuredClientSet::new())]
    bench_requests_total: measured::CounterVec<MeasuredClientSet>,
}

pub fn contenders() -> Vec<Contender> {
    vec![
        Contender::ours(|i| OURS.requests_total.with(Client { client: client(i) }).inc())
            .scraped_by(peers::metricset()),
        prometheus_client(),
        prometheus(),
        metrics(),
        measured(),
        fastmetrics(),
        fast_telemetry(),
        foundations(),
        vise(),
        opentelemetry(),
        frozen_map(),
        frozen_map_and_cells(),
    ]
}

#[inline]
fn client(i: u64) -> &'static str {
    let clients = clients();
    &clients[i as usize % clients.len()]
}

/// For the libraries that look up a key of their own.
#[inline]
fn owned(i: u64) -> OwnedClient {
    OwnedClient {
        client: client(i).to_owned(),
    }
}

fn prometheus_client() -> Contender {
    use prometheus_client::metrics::{counter::Counter, family::Family};
    let family = Family::<OwnedClient, Counter>::default();
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("bench_requests", "Requests", family.clone());
    Contender::peer("prometheus-client", move |i| {
        family.get_or_create(&owned(i)).inc();
    })
    .scraped_by(peers::prometheus_client(registry))
}

/// It compares hashes and not values: two clients with the same hash are one series.
fn prometheus() -> Contender {
    let opts = Opts::new("bench_requests_total", "Requests.");
    let family = IntCounterVec::new(opts, &["client"]).unwrap();
    let registry = prometheus::Registry::new();
    registry.register(Box::new(family.clone())).unwrap();
    Contender::peer("prometheus", move |i| {
        family.with_label_values(&[client(i)]).inc();
    })
    .scraped_by(peers::prometheus(registry))
}

fn metrics() -> Contender {
    let scrape = peers::metrics();
    Contender::peer("metrics", |i| {
        metrics::counter!("bench_open_requests_total", "client" => client(i)).increment(1);
    })
    .scraped_by(scrape)
}

fn measured() -> Contender {
    let group = leak(Measured::new());
    Contender::peer("measured", |i| {
        group
            .bench_requests_total
            .inc(MeasuredClient { client: client(i) });
    })
    .scraped_by(peers::measured(group))
}

fn fastmetrics() -> Contender {
    use fastmetrics::metrics::{counter::Counter, family::Family};
    let family = Family::<OwnedClient, Counter>::default();
    let mut registry = fastmetrics::registry::Registry::default();
    registry
        .register("bench_requests", "Requests", family.clone())
        .unwrap();
    Contender::peer("fastmetrics", move |i| {
        family.with_or_new(&owned(i), |counter| counter.inc());
    })
    .scraped_by(peers::fastmetrics(registry))
}

fn fast_telemetry() -> Contender {
    let family = leak(fast_telemetry::DynamicCounter::new(peers::shards()));
    Contender::peer("fast-telemetry", |i| family.inc(&[("client", client(i))]))
        .scraped_by(peers::fast_telemetry(family))
}

fn foundations() -> Contender {
    let family = foundations_metrics::Family::<OwnedClient, Counter>::default();
    let scrape = peers::foundations(family.clone());
    Contender::peer("foundations-metrics", move |i| {
        family.get_or_create(&owned(i)).inc();
    })
    .scraped_by(scrape)
}

fn vise() -> Contender {
    let metrics = Vise::default();
    let mut registry = vise::Registry::empty();
    registry.register_metrics(&metrics);
    Contender::peer("vise", move |i| {
        metrics.requests[&owned(i)].inc();
    })
    .scraped_by(peers::vise(registry))
}

fn opentelemetry() -> Contender {
    let (provider, scrape) = peers::opentelemetry();
    let counter = provider
        .meter("bench")
        .u64_counter("bench_requests")
        .build();
    Contender::peer("opentelemetry", move |i| {
        counter.add(1, &[KeyValue::new("client", client(i))]);
    })
    .scraped_by(scrape)
}

/// A map that no series can be added to, so it needs no lock, with a hash as strong as ours and an atomic add.
fn frozen_map() -> Contender {
    let map: HashMap<&str, AtomicU64, foldhash::fast::RandomState> = clients()
        .iter()
        .map(|client| (client.as_str(), AtomicU64::new(0)))
        .collect();
    let map = leak(map);
    Contender::floor("frozen map", |i| {
        if let Some(counter) = map.get(client(i)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    })
    .scraped_by(copy_and_format(
        map.iter().map(|(client, counter)| (line(client), counter)),
    ))
}

/// The same with the counters in as few cache lines as they can be, for a scraper that takes each line away.
fn frozen_map_and_cells() -> Contender {
    let cells = leak([const { AtomicU64::new(0) }; 1024]);
    let map: HashMap<&str, &AtomicU64, foldhash::fast::RandomState> =
        clients().iter().map(String::as_str).zip(cells).collect();
    Contender::floor("frozen map, counters apart", move |i| {
        if let Some(counter) = map.get(client(i)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    })
    .scraped_by(copy_and_format(
        clients().iter().map(|client| line(client)).zip(cells),
    ))
}

/// What is before the value of a counter.
fn line(client: &str) -> String {
    format!("bench_open_requests_total{{client=\"{client}\"}} ")
}
