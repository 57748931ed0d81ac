//! A histogram of 12 bounds without labels.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use foundations_metrics::Histogram;
use measured::metric::histogram::Thresholds;
use opentelemetry::metrics::MeterProvider;
use prometheus::HistogramOpts;

use crate::contender::Contender;
use crate::floor::{HISTOGRAM, copy_and_format, histogram_lines};
use crate::labels::{BOUNDS, bucket, observation};
use crate::peers::{self, leak};

/// Observes.
#[derive(metricset::MetricSet)]
#[metrics(prefix = "bench_histogram")]
struct Ours {
    /// Latency.
    #[metric(buckets = BOUNDS)]
    latency_seconds: metricset::Histogram,
}

static OURS: Ours = Ours::global();

#[derive(Debug, Clone, vise::Metrics)]
#[metrics(prefix = "bench")]
struct Vise {
    /// Latency.
    #[metrics(buckets = &BOUNDS)]
    latency_seconds: vise::Histogram,
}

#[derive(measured::MetricGroup)]
#[metric(new())]
struct Measured {
    /// Latency.
    #[metric(metadata = Thresholds::with_buckets(BOUNDS))]
    bench_latency_seconds: measured::Histogram<12>,
}

pub fn contenders() -> Vec<Contender> {
    vec![
        Contender::ours(|i| OURS.latency_seconds.observe(observation(i)))
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
        atomic(),
        thread_local(),
    ]
}

fn prometheus_client() -> Contender {
    let histogram = prometheus_client::metrics::histogram::Histogram::new(BOUNDS);
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("bench_latency_seconds", "Latency", histogram.clone());
    Contender::peer("prometheus-client", move |i| {
        histogram.observe(observation(i))
    })
    .scraped_by(peers::prometheus_client(registry))
}

fn prometheus() -> Contender {
    let opts = HistogramOpts::new("bench_latency_seconds", "Latency.").buckets(BOUNDS.into());
    let histogram = prometheus::Histogram::with_opts(opts).unwrap();
    let registry = prometheus::Registry::new();
    registry.register(Box::new(histogram.clone())).unwrap();
    Contender::peer("prometheus", move |i| histogram.observe(observation(i)))
        .scraped_by(peers::prometheus(registry))
}

fn metrics() -> Contender {
    let scrape = peers::metrics();
    let histogram = metrics::histogram!("bench_latency_seconds");
    Contender::peer("metrics", move |i| histogram.record(observation(i))).scraped_by(scrape)
}

fn measured() -> Contender {
    let group = leak(Measured::new());
    Contender::peer("measured", |i| {
        group.bench_latency_seconds.observe(observation(i))
    })
    .scraped_by(peers::measured(group))
}

fn fastmetrics() -> Contender {
    let histogram = fastmetrics::metrics::histogram::Histogram::new(BOUNDS);
    let mut registry = fastmetrics::registry::Registry::default();
    registry
        .register("bench_latency_seconds", "Latency", histogram.clone())
        .unwrap();
    Contender::peer("fastmetrics", move |i| histogram.observe(observation(i)))
        .scraped_by(peers::fastmetrics(registry))
}

/// Its values are integers.
fn fast_telemetry() -> Contender {
    let bounds = BOUNDS.map(|bound| (bound * 1e6) as u64);
    let histogram = leak(fast_telemetry::Histogram::new(&bounds, peers::shards()));
    Contender::peer("fast-telemetry", |i| {
        histogram.record((observation(i) * 1e6) as u64);
    })
    .scraped_by(peers::fast_telemetry(histogram))
}

fn foundations() -> Contender {
    let histogram = Histogram::new(BOUNDS);
    let scrape = peers::foundations(histogram.clone());
    Contender::peer("foundations-metrics", move |i| {
        histogram.observe(observation(i))
    })
    .scraped_by(scrape)
}

fn vise() -> Contender {
    let metrics = Vise::default();
    let mut registry = vise::Registry::empty();
    registry.register_metrics(&metrics);
    Contender::peer("vise", move |i| {
        metrics.latency_seconds.observe(observation(i))
    })
    .scraped_by(peers::vise(registry))
}

fn opentelemetry() -> Contender {
    let (provider, scrape) = peers::opentelemetry();
    let histogram = provider
        .meter("bench")
        .f64_histogram("bench_latency_seconds")
        .with_boundaries(BOUNDS.into())
        .build();
    Contender::peer("opentelemetry", move |i| {
        histogram.record(observation(i), &[])
    })
    .scraped_by(scrape)
}

/// Sum in whole microseconds, since there is no atomic float.
fn atomic() -> Contender {
    let cells = leak([const { AtomicU64::new(0) }; HISTOGRAM]);
    Contender::floor("atomic add", |i| {
        let value = observation(i);
        let [sum, buckets @ ..] = cells;
        buckets[bucket(value)].fetch_add(1, Ordering::Relaxed);
        sum.fetch_add((value * 1e6) as u64, Ordering::Relaxed);
    })
    .scraped_by(copy_and_format(histogram_lines(String::new()).zip(cells)))
}

fn thread_local() -> Contender {
    thread_local! {
        static BUCKETS: [Cell<u64>; BOUNDS.len() + 1] = const { [const { Cell::new(0) }; BOUNDS.len() + 1] };
        static SUM: Cell<f64> = const { Cell::new(0.0) };
    }
    Contender::floor("thread-local cell", |i| {
        let value = observation(i);
        BUCKETS.with(|buckets| {
            let count = &buckets[bucket(value)];
            count.set(count.get() + 1);
        });
        SUM.set(SUM.get() + value);
    })
}
