//! A gauge without labels, one up and one down.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use foundations_metrics::Gauge;
use opentelemetry::metrics::MeterProvider;

use crate::contender::Contender;
use crate::floor::copy_and_format;
use crate::peers::{self, leak};

/// Moves.
#[derive(metricset::MetricSet)]
#[metrics(prefix = "bench_gauge")]
struct Ours {
    /// Requests in flight.
    requests_active: metricset::UpDownGauge,
}

static OURS: Ours = Ours::global();

#[derive(Debug, Clone, vise::Metrics)]
#[metrics(prefix = "bench")]
struct Vise {
    /// Requests in flight.
    requests_active: vise::Gauge,
}

#[derive(measured::MetricGroup)]
#[metric(new())]
struct Measured {
    /// Requests in flight.
    bench_requests_active: measured::Gauge,
}

pub fn contenders() -> Vec<Contender> {
    vec![
        Contender::ours(|_| {
            OURS.requests_active.inc();
            OURS.requests_active.dec();
        })
        .scraped_by(peers::metricset()),
        prometheus_client(),
        prometheus(),
        metrics(),
        measured(),
        fastmetrics(),
        foundations(),
        vise(),
        opentelemetry(),
        atomic(),
        thread_local(),
    ]
}

fn prometheus_client() -> Contender {
    let gauge: prometheus_client::metrics::gauge::Gauge = Default::default();
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("bench_requests_active", "Requests in flight", gauge.clone());
    Contender::peer("prometheus-client", move |_| {
        gauge.inc();
        gauge.dec();
    })
    .scraped_by(peers::prometheus_client(registry))
}

fn prometheus() -> Contender {
    let gauge = prometheus::IntGauge::new("bench_requests_active", "Requests in flight.").unwrap();
    let registry = prometheus::Registry::new();
    registry.register(Box::new(gauge.clone())).unwrap();
    Contender::peer("prometheus", move |_| {
        gauge.inc();
        gauge.dec();
    })
    .scraped_by(peers::prometheus(registry))
}

fn metrics() -> Contender {
    let scrape = peers::metrics();
    let gauge = metrics::gauge!("bench_requests_active");
    Contender::peer("metrics", move |_| {
        gauge.increment(1);
        gauge.decrement(1);
    })
    .scraped_by(scrape)
}

fn measured() -> Contender {
    let group = leak(Measured::new());
    Contender::peer("measured", |_| {
        group.bench_requests_active.inc();
        group.bench_requests_active.dec();
    })
    .scraped_by(peers::measured(group))
}

fn fastmetrics() -> Contender {
    let gauge = <fastmetrics::metrics::gauge::Gauge>::default();
    let mut registry = fastmetrics::registry::Registry::default();
    registry
        .register("bench_requests_active", "Requests in flight", gauge.clone())
        .unwrap();
    Contender::peer("fastmetrics", move |_| {
        gauge.inc();
        gauge.dec();
    })
    .scraped_by(peers::fastmetrics(registry))
}

fn foundations() -> Contender {
    let gauge = <Gauge>::default();
    let scrape = peers::foundations(gauge.clone());
    Contender::peer("foundations-metrics", move |_| {
        gauge.inc();
        gauge.dec();
    })
    .scraped_by(scrape)
}

fn vise() -> Contender {
    let metrics = Vise::default();
    let mut registry = vise::Registry::empty();
    registry.register_metrics(&metrics);
    Contender::peer("vise", move |_| {
        metrics.requests_active.inc_by(1);
        metrics.requests_active.dec_by(1);
    })
    .scraped_by(peers::vise(registry))
}

fn opentelemetry() -> Contender {
    let (provider, scrape) = peers::opentelemetry();
    let gauge = provider
        .meter("bench")
        .i64_up_down_counter("bench_requests_active")
        .build();
    Contender::peer("opentelemetry", move |_| {
        gauge.add(1, &[]);
        gauge.add(-1, &[]);
    })
    .scraped_by(scrape)
}

fn atomic() -> Contender {
    let gauge = leak(AtomicU64::new(0));
    Contender::floor("atomic add", |_| {
        gauge.fetch_add(1, Ordering::Relaxed);
        gauge.fetch_sub(1, Ordering::Relaxed);
    })
    .scraped_by(copy_and_format([(
        "bench_requests_active ".to_owned(),
        gauge,
    )]))
}

fn thread_local() -> Contender {
    thread_local!(static GAUGE: Cell<i64> = const { Cell::new(0) });
    Contender::floor("thread-local cell", |_| {
        GAUGE.set(GAUGE.get() + 1);
        // Else the compiler leaves both out.
        std::hint::black_box(());
        GAUGE.set(GAUGE.get() - 1);
    })
}
