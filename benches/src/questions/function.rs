//! The time that a function takes, which does nothing: two looks at the clock and one observation.

use std::hint::black_box;
use std::time::Instant;

use foundations_metrics::TimeHistogram;
use measured::metric::histogram::Thresholds;
use opentelemetry::metrics::MeterProvider;
use prometheus::HistogramOpts;

use crate::contender::Contender;
use crate::labels::BOUNDS;
use crate::peers::{self, leak};

/// Times.
#[derive(metricset::MetricSet)]
#[metrics(prefix = "bench_function")]
struct Ours {
    /// Time of one call.
    #[metric(buckets = BOUNDS)]
    call_seconds: metricset::Histogram,
}

static OURS: Ours = Ours::global();

#[derive(Debug, Clone, vise::Metrics)]
#[metrics(prefix = "bench")]
struct Vise {
    /// Time of one call.
    #[metrics(buckets = &BOUNDS)]
    call_seconds: vise::Histogram<std::time::Duration>,
}

#[derive(measured::MetricGroup)]
#[metric(new())]
struct Measured {
    /// Time of one call.
    #[metric(metadata = Thresholds::with_buckets(BOUNDS))]
    bench_call_seconds: measured::Histogram<12>,
}

pub fn contenders() -> Vec<Contender> {
    vec![
        Contender::ours(|_| {
            let _timer = OURS.call_seconds.start_timer();
            work();
        })
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
        two_instants(),
        two_counters(),
    ]
}

#[inline(always)]
fn work() {
    black_box(());
}

fn prometheus_client() -> Contender {
    let histogram = prometheus_client::metrics::histogram::Histogram::new(BOUNDS);
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("bench_call_seconds", "Time of one call", histogram.clone());
    Contender::peer("prometheus-client", move |_| {
        let start = Instant::now();
        work();
        histogram.observe(start.elapsed().as_secs_f64());
    })
    .scraped_by(peers::prometheus_client(registry))
}

fn prometheus() -> Contender {
    let opts = HistogramOpts::new("bench_call_seconds", "Time of one call.").buckets(BOUNDS.into());
    let histogram = prometheus::Histogram::with_opts(opts).unwrap();
    let registry = prometheus::Registry::new();
    registry.register(Box::new(histogram.clone())).unwrap();
    Contender::peer("prometheus", move |_| {
        let _timer = histogram.start_timer();
        work();
    })
    .scraped_by(peers::prometheus(registry))
}

fn metrics() -> Contender {
    let scrape = peers::metrics();
    let histogram = metrics::histogram!("bench_call_seconds");
    Contender::peer("metrics", move |_| {
        let start = Instant::now();
        work();
        histogram.record(start.elapsed());
    })
    .scraped_by(scrape)
}

fn measured() -> Contender {
    let group = leak(Measured::new());
    Contender::peer("measured", |_| {
        let _timer = group.bench_call_seconds.start_timer();
        work();
    })
    .scraped_by(peers::measured(group))
}

fn fastmetrics() -> Contender {
    let histogram = fastmetrics::metrics::histogram::Histogram::new(BOUNDS);
    let mut registry = fastmetrics::registry::Registry::default();
    registry
        .register("bench_call_seconds", "Time of one call", histogram.clone())
        .unwrap();
    Contender::peer("fastmetrics", move |_| {
        let start = Instant::now();
        work();
        histogram.observe(start.elapsed().as_secs_f64());
    })
    .scraped_by(peers::fastmetrics(registry))
}

/// Every call is timed: its sampling timers look at the clock for one call of many.
fn fast_telemetry() -> Contender {
    let bounds = BOUNDS.map(|bound| (bound * 1e9) as u64);
    let histogram = leak(fast_telemetry::Histogram::new(&bounds, peers::shards()));
    Contender::peer("fast-telemetry", |_| {
        let start = Instant::now();
        work();
        histogram.record(start.elapsed().as_nanos() as u64);
    })
    .scraped_by(peers::fast_telemetry(histogram))
}

fn foundations() -> Contender {
    let histogram = TimeHistogram::new(BOUNDS);
    let scrape = peers::foundations(histogram.clone());
    Contender::peer("foundations-metrics", move |_| {
        let _timer = histogram.start_timer();
        work();
    })
    .scraped_by(scrape)
}

fn vise() -> Contender {
    let metrics = Vise::default();
    let mut registry = vise::Registry::empty();
    registry.register_metrics(&metrics);
    Contender::peer("vise", move |_| {
        let latency = metrics.call_seconds.start();
        work();
        latency.observe();
    })
    .scraped_by(peers::vise(registry))
}

fn opentelemetry() -> Contender {
    let (provider, scrape) = peers::opentelemetry();
    let histogram = provider
        .meter("bench")
        .f64_histogram("bench_call_seconds")
        .with_boundaries(BOUNDS.into())
        .build();
    Contender::peer("opentelemetry", move |_| {
        let start = Instant::now();
        work();
        histogram.record(start.elapsed().as_secs_f64(), &[]);
    })
    .scraped_by(scrape)
}

fn two_instants() -> Contender {
    Contender::floor("two `Instant::now`", |_| {
        let start = Instant::now();
        work();
        black_box(start.elapsed());
    })
}

/// The processor's own counter of time.
fn two_counters() -> Contender {
    let clock = quanta::Clock::new();
    Contender::floor("two reads of the TSC", move |_| {
        let start = clock.raw();
        work();
        black_box(clock.delta_as_nanos(start, clock.raw()));
    })
}
