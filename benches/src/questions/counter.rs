//! A counter without labels.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use foundations_metrics::{Counter, ThreadLocalCounter};
use opentelemetry::metrics::MeterProvider;

use crate::contender::Contender;
use crate::floor::copy_and_format;
use crate::peers::{self, leak};

/// Counts.
#[derive(metricset::MetricSet)]
#[metrics(prefix = "bench_counter")]
struct Ours {
    /// Requests.
    requests_total: metricset::Counter,
}

static OURS: Ours = Ours::global();

#[derive(Debug, Clone, vise::Metrics)]
#[metrics(prefix = "bench")]
struct Vise {
    /// Requests.
    requests: vise::Counter,
}

#[derive(measured::MetricGroup)]
#[metric(new())]
struct Measured {
    /// Requests.
    bench_requests_total: measured::Counter,
}

pub fn contenders() -> Vec<Contender> {
    vec![
        Contender::ours(|_| OURS.requests_total.inc()).scraped_by(peers::metricset()),
        prometheus_client(),
        prometheus(),
        metrics(),
        measured(),
        fastmetrics(),
        fast_telemetry(),
        foundations_thread_local(),
        foundations(),
        vise(),
        opentelemetry(),
        atomic(),
        thread_local(),
    ]
}

fn prometheus_client() -> Contender {
    let counter: prometheus_client::metrics::counter::Counter = Default::default();
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("bench_requests", "Requests", counter.clone());
    Contender::peer("prometheus-client", move |_| {
        counter.inc();
    })
    .scraped_by(peers::prometheus_client(registry))
}

fn prometheus() -> Contender {
    let counter = prometheus::IntCounter::new("bench_requests_total", "Requests.").unwrap();
    let registry = prometheus::Registry::new();
    registry.register(Box::new(counter.clone())).unwrap();
    Contender::peer("prometheus", move |_| counter.inc()).scraped_by(peers::prometheus(registry))
}

/// With a handle that is kept, which is faster than the macro that looks it up.
fn metrics() -> Contender {
    let scrape = peers::metrics();
    let counter = metrics::counter!("bench_counter_requests_total");
    Contender::peer("metrics", move |_| counter.increment(1)).scraped_by(scrape)
}

fn measured() -> Contender {
    let group = leak(Measured::new());
    Contender::peer("measured", |_| group.bench_requests_total.inc())
        .scraped_by(peers::measured(group))
}

fn fastmetrics() -> Contender {
    let counter = <fastmetrics::metrics::counter::Counter>::default();
    let mut registry = fastmetrics::registry::Registry::default();
    registry
        .register("bench_requests", "Requests", counter.clone())
        .unwrap();
    Contender::peer("fastmetrics", move |_| counter.inc()).scraped_by(peers::fastmetrics(registry))
}

fn fast_telemetry() -> Contender {
    let counter = leak(fast_telemetry::Counter::new(peers::shards()));
    Contender::peer("fast-telemetry", |_| counter.inc()).scraped_by(peers::fast_telemetry(counter))
}

fn foundations_thread_local() -> Contender {
    let counter = <ThreadLocalCounter>::default();
    let scrape = peers::foundations(counter.clone());
    Contender::peer("foundations-metrics (thread-local)", move |_| counter.inc()).scraped_by(scrape)
}

fn foundations() -> Contender {
    let counter = <Counter>::default();
    let scrape = peers::foundations(counter.clone());
    Contender::peer("foundations-metrics", move |_| {
        counter.inc();
    })
    .scraped_by(scrape)
}

fn vise() -> Contender {
    let metrics = Vise::default();
    let mut registry = vise::Registry::empty();
    registry.register_metrics(&metrics);
    Contender::peer("vise", move |_| {
        metrics.requests.inc();
    })
    .scraped_by(peers::vise(registry))
}

fn opentelemetry() -> Contender {
    let (provider, scrape) = peers::opentelemetry();
    let counter = provider
        .meter("bench")
        .u64_counter("bench_requests")
        .build();
    Contender::peer("opentelemetry", move |_| counter.add(1, &[])).scraped_by(scrape)
}

fn atomic() -> Contender {
    let counter = leak(AtomicU64::new(0));
    Contender::floor("atomic add", |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    })
    .scraped_by(copy_and_format([(
        "bench_requests_total ".to_owned(),
        counter,
    )]))
}

fn thread_local() -> Contender {
    thread_local!(static COUNTER: Cell<u64> = const { Cell::new(0) });
    Contender::floor("thread-local cell", |_| COUNTER.set(COUNTER.get() + 1))
}
