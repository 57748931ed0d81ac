//! A counter with two labels of five values each, resolved for every update.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use foundations_metrics::{LowCardinalityFamily, ThreadLocalCounter};
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use prometheus::{IntCounterVec, Opts};

use crate::contender::Contender;
use crate::floor::{copy_and_format, requests};
use crate::labels::{MeasuredRequest, MeasuredRequestSet, REQUESTS, Request, StaticCounters};
use crate::peers::{self, leak};

/// Counts.
#[derive(metricset::MetricSet)]
#[metrics(prefix = "bench_enums")]
struct Ours {
    /// Requests.
    requests_total: metricset::Family<Request, metricset::Counter>,
}

static OURS: Ours = Ours::global();

#[derive(Debug, Clone, vise::Metrics)]
#[metrics(prefix = "bench")]
struct Vise {
    /// Requests.
    requests: vise::Family<Request, vise::Counter>,
}

#[derive(measured::MetricGroup)]
#[metric(new())]
struct Measured {
    /// Requests.
    #[metric(label_set = MeasuredRequest::set())]
    bench_requests_total: measured::CounterVec<MeasuredRequestSet>,
}

pub fn contenders() -> Vec<Contender> {
    vec![
        Contender::ours(|i| OURS.requests_total.with(Request::nth(i)).inc())
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
        thread_local(),
    ]
}

fn prometheus_client() -> Contender {
    use prometheus_client::metrics::{counter::Counter, family::Family};
    let family = Family::<Request, Counter>::default();
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("bench_requests", "Requests", family.clone());
    Contender::peer("prometheus-client", move |i| {
        family.get_or_create(&Request::nth(i)).inc();
    })
    .scraped_by(peers::prometheus_client(registry))
}

fn prometheus_vec() -> (IntCounterVec, prometheus::Registry) {
    let opts = Opts::new("bench_requests_total", "Requests.");
    let family = IntCounterVec::new(opts, &["method", "route"]).unwrap();
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
            .inc();
    })
    .scraped_by(peers::prometheus(registry))
}

fn prometheus_static() -> Contender {
    let (family, registry) = prometheus_vec();
    let family = StaticCounters::from(&family);
    Contender::peer("prometheus-static-metric", move |i| {
        let Request { method, route } = Request::nth(i);
        family.get(method.into()).get(route.into()).inc();
    })
    .scraped_by(peers::prometheus(registry))
}

fn metrics() -> Contender {
    let scrape = peers::metrics();
    Contender::peer("metrics", |i| {
        let Request { method, route } = Request::nth(i);
        metrics::counter!("bench_enums_requests_total", "method" => method.text(), "route" => route.text())
            .increment(1);
    })
    .scraped_by(scrape)
}

fn measured() -> Contender {
    let group = leak(Measured::new());
    Contender::peer("measured", |i| {
        group.bench_requests_total.inc(Request::nth(i).into());
    })
    .scraped_by(peers::measured(group))
}

fn fastmetrics() -> Contender {
    use fastmetrics::metrics::{counter::Counter, family::Family};
    let family = Family::<Request, Counter>::default();
    let mut registry = fastmetrics::registry::Registry::default();
    registry
        .register("bench_requests", "Requests", family.clone())
        .unwrap();
    Contender::peer("fastmetrics", move |i| {
        family.with_or_new(&Request::nth(i), |counter| counter.inc());
    })
    .scraped_by(peers::fastmetrics(registry))
}

/// Its families of enums have one label; with two, it takes strings.
fn fast_telemetry() -> Contender {
    let family = leak(fast_telemetry::DynamicCounter::new(peers::shards()));
    Contender::peer("fast-telemetry", |i| {
        let Request { method, route } = Request::nth(i);
        family.inc(&[("method", method.text()), ("route", route.text())]);
    })
    .scraped_by(peers::fast_telemetry(family))
}

fn foundations() -> Contender {
    let family = LowCardinalityFamily::<Request, ThreadLocalCounter>::default();
    let scrape = peers::foundations(family.clone());
    Contender::peer("foundations-metrics", move |i| {
        family.get_or_create(&Request::nth(i)).inc();
    })
    .scraped_by(scrape)
}

fn vise() -> Contender {
    let metrics = Vise::default();
    let mut registry = vise::Registry::empty();
    registry.register_metrics(&metrics);
    Contender::peer("vise", move |i| {
        metrics.requests[&Request::nth(i)].inc();
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
        let Request { method, route } = Request::nth(i);
        counter.add(
            1,
            &[
                KeyValue::new("method", method.text()),
                KeyValue::new("route", route.text()),
            ],
        );
    })
    .scraped_by(scrape)
}

fn atomic() -> Contender {
    let counters = leak([const { AtomicU64::new(0) }; REQUESTS]);
    let starts = requests().map(|labels| format!("bench_requests_total{{{labels}}} "));
    Contender::floor("atomic add", |i| {
        counters[Request::nth(i).index()].fetch_add(1, Ordering::Relaxed);
    })
    .scraped_by(copy_and_format(starts.zip(counters)))
}

fn thread_local() -> Contender {
    thread_local!(static COUNTERS: [Cell<u64>; REQUESTS] = const { [const { Cell::new(0) }; REQUESTS] });
    Contender::floor("thread-local cell", |i| {
        COUNTERS.with(|counters| {
            let counter = &counters[Request::nth(i).index()];
            counter.set(counter.get() + 1);
        });
    })
}
