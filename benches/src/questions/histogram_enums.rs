//! A histogram of 12 bounds with two labels of five values each, resolved for every observation.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use foundations_metrics::{Histogram, LowCardinalityFamily};
use measured::metric::histogram::Thresholds;
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use prometheus::{HistogramOpts, HistogramVec};

use crate::contender::Contender;
use crate::floor::{HISTOGRAM, copy_and_format, histogram_lines, requests};
use crate::labels::{
    BOUNDS, MeasuredRequest, MeasuredRequestSet, REQUESTS, Request, StaticHistograms, bucket,
    observation,
};
use crate::peers::{self, leak};

/// Observes.
#[derive(metricset::MetricSet)]
#[metrics(prefix = "bench_histogram_enums")]
struct Ours {
    /// Latency.
    #[metric(buckets = BOUNDS)]
    latency_seconds: metricset::Family<Request, metricset::Histogram>,
}

static OURS: Ours = Ours::global();

#[derive(Debug, Clone, vise::Metrics)]
#[metrics(prefix = "bench")]
struct Vise {
    /// Latency.
    #[metrics(buckets = &BOUNDS)]
    latency_seconds: vise::Family<Request, vise::Histogram>,
}

#[derive(measured::MetricGroup)]
#[metric(new())]
struct Measured {
    /// Latency.
    #[metric(label_set = MeasuredRequest::set(), metadata = Thresholds::with_buckets(BOUNDS))]
    bench_latency_seconds: measured::HistogramVec<MeasuredRequestSet, 12>,
}

pub fn contenders() -> Vec<Contender> {
    vec![
        Contender::ours(|i| {
            OURS.latency_seconds
                .with(Request::nth(i))
                .observe(observation(i))
        })
        .scraped_by(peers::metricset()),
        prometheus_client(),
        prometheus(),
        prometheus_static(),
        metrics(),
        measured(),
        fastmetrics(),
        fast_telemetry(),
        foundations(),
        vise(),
        opentelemetry(),
        atomic(),
        own_cells(),
    ]
}

fn prometheus_client() -> Contender {
    use prometheus_client::metrics::{family::Family, histogram::Histogram};
    let family = Family::<Request, Histogram>::new_with_constructor(|| Histogram::new(BOUNDS));
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("bench_latency_seconds", "Latency", family.clone());
    Contender::peer("prometheus-client", move |i| {
        family
            .get_or_create(&Request::nth(i))
            .observe(observation(i));
    })
    .scraped_by(peers::prometheus_client(registry))
}

fn prometheus_vec() -> (HistogramVec, prometheus::Registry) {
    let opts = HistogramOpts::new("bench_latency_seconds", "Latency.").buckets(BOUNDS.into());
    let family = HistogramVec::new(opts, &["method", "route"]).unwrap();
    let registry = prometheus::Registry::new();
    registry.register(Box::new(family.clone())).unwrap();
    (family, registry)
}

fn prometheus() -> Contender {
    let (family, registry) = prometheus_vec();
    Contender::peer("prometheus", move |i| {
        let Request { method, route } = Request::nth(i);
        family
            .with_label_values(&[method.text(), route.text()])
            .observe(observation(i));
    })
    .scraped_by(peers::prometheus(registry))
}

fn prometheus_static() -> Contender {
    let (family, registry) = prometheus_vec();
    let family = StaticHistograms::from(&family);
    Contender::peer("prometheus-static-metric", move |i| {
        let Request { method, route } = Request::nth(i);
        family
            .get(method.into())
            .get(route.into())
            .observe(observation(i));
    })
    .scraped_by(peers::prometheus(registry))
}

fn metrics() -> Contender {
    let scrape = peers::metrics();
    Contender::peer("metrics", |i| {
        let Request { method, route } = Request::nth(i);
        metrics::histogram!("bench_enums_latency_seconds", "method" => method.text(), "route" => route.text())
            .record(observation(i));
    })
    .scraped_by(scrape)
}

fn measured() -> Contender {
    let group = leak(Measured::new());
    Contender::peer("measured", |i| {
        group
            .bench_latency_seconds
            .observe(Request::nth(i).into(), observation(i));
    })
    .scraped_by(peers::measured(group))
}

fn fastmetrics() -> Contender {
    use fastmetrics::metrics::{family::Family, histogram::Histogram};
    let family = Family::<Request, Histogram>::new(|| Histogram::new(BOUNDS));
    let mut registry = fastmetrics::registry::Registry::default();
    registry
        .register("bench_latency_seconds", "Latency", family.clone())
        .unwrap();
    Contender::peer("fastmetrics", move |i| {
        family.with_or_new(&Request::nth(i), |histogram| {
            histogram.observe(observation(i))
        });
    })
    .scraped_by(peers::fastmetrics(registry))
}

/// Its families of enums have one label; with two, it takes strings.
fn fast_telemetry() -> Contender {
    let bounds = BOUNDS.map(|bound| (bound * 1e6) as u64);
    let family = leak(fast_telemetry::DynamicHistogram::new(
        &bounds,
        peers::shards(),
    ));
    Contender::peer("fast-telemetry", |i| {
        let Request { method, route } = Request::nth(i);
        family.record(
            &[("method", method.text()), ("route", route.text())],
            (observation(i) * 1e6) as u64,
        );
    })
    .scraped_by(peers::fast_telemetry(family))
}

fn foundations() -> Contender {
    let family = LowCardinalityFamily::<Request, Histogram, _>::new_with_constructor(|| {
        Histogram::new(BOUNDS)
    });
    let scrape = peers::foundations(family.clone());
    Contender::peer("foundations-metrics", move |i| {
        family
            .get_or_create(&Request::nth(i))
            .observe(observation(i));
    })
    .scraped_by(scrape)
}

fn vise() -> Contender {
    let metrics = Vise::default();
    let mut registry = vise::Registry::empty();
    registry.register_metrics(&metrics);
    Contender::peer("vise", move |i| {
        metrics.latency_seconds[&Request::nth(i)].observe(observation(i));
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
        let Request { method, route } = Request::nth(i);
        histogram.record(
            observation(i),
            &[
                KeyValue::new("method", method.text()),
                KeyValue::new("route", route.text()),
            ],
        );
    })
    .scraped_by(scrape)
}

/// Sum in whole microseconds, since there is no atomic float.
fn atomic() -> Contender {
    let cells = leak([const { [const { AtomicU64::new(0) }; HISTOGRAM] }; REQUESTS]);
    let starts = requests().flat_map(histogram_lines);
    Contender::floor("atomic add", |i| {
        let value = observation(i);
        let [sum, buckets @ ..] = &cells[Request::nth(i).index()];
        buckets[bucket(value)].fetch_add(1, Ordering::Relaxed);
        sum.fetch_add((value * 1e6) as u64, Ordering::Relaxed);
    })
    .scraped_by(copy_and_format(starts.zip(cells.as_flattened())))
}

/// Cells that one thread alone writes, as the lanes of metricset are, and that can be scraped. There are never more than two.
fn own_cells() -> Contender {
    /// In cache lines of its own.
    #[repr(align(128))]
    struct Own([[AtomicU64; HISTOGRAM]; REQUESTS]);
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static THREAD: usize = THREADS.fetch_add(1, Ordering::Relaxed) % 2);
    let own =
        leak([const { Own([const { [const { AtomicU64::new(0) }; HISTOGRAM] }; REQUESTS]) }; 2]);
    let starts = requests().flat_map(histogram_lines);
    let [a, b] = own;
    let cells = a.0.as_flattened().iter().zip(b.0.as_flattened());
    let add = |cell: &AtomicU64, n| cell.store(cell.load(Ordering::Relaxed) + n, Ordering::Relaxed);
    Contender::floor("a thread's own cells", move |i| {
        let value = observation(i);
        let [sum, buckets @ ..] = &own[THREAD.with(|thread| *thread)].0[Request::nth(i).index()];
        add(&buckets[bucket(value)], 1);
        add(sum, (value * 1e6) as u64);
    })
    .scraped_by(copy_and_format(starts.zip(cells)))
}
