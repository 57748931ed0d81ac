//! What a scrape costs.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use foundations_metrics::{Counter, EncodeMetric, LowCardinalityFamily, NamedMetric};
use measured::metric::MetricFamilyEncoding;
use measured::metric::name::MetricName;
use metrics_exporter_prometheus::PrometheusBuilder;
use prometheus::{IntCounterVec, Opts};

use crate::contender::Scrape;
use crate::families::{COUNTERS, Family, HISTOGRAMS};
use crate::floor::{bucket_lines, copy_and_format};
use crate::labels::{MeasuredRequest, REQUESTS, Request, shard};
use crate::peers;
use crate::results::Role;

/// One exposition to be made again and again.
pub struct Exposition {
    pub name: &'static str,
    pub role: Role,
    pub scrape: Scrape,
}

impl Exposition {
    fn peer(name: &'static str, scrape: Scrape) -> Self {
        Self {
            name,
            role: Role::Peer,
            scrape,
        }
    }
}

/// One family with two open labels.
pub fn open(series: usize) -> Vec<Exposition> {
    let mut all = filled(COUNTERS, series);
    all.push(floor(counter_lines(series)));
    all
}

/// One family of histograms with two open labels.
pub fn histograms(series: usize) -> Vec<Exposition> {
    let mut all = filled(HISTOGRAMS, series);
    let lines = (0..series).flat_map(|i| {
        let (tenant, shard) = shard(i);
        let starts = bucket_lines(format!("tenant=\"{tenant}\",shard=\"{shard}\","));
        starts.map(move |start| (start, i as u64 % 100))
    });
    all.push(floor(lines));
    all
}

/// Beyond this many series, some peers take seconds and gigabytes.
const MOST_FOR_PEERS: usize = 100_000;

fn filled(families: &[fn() -> Family], series: usize) -> Vec<Exposition> {
    families
        .iter()
        .map(|new| new())
        .filter(|family| series <= MOST_FOR_PEERS || family.role == Role::Ours)
        .map(|family| {
            family.fill(0, series);
            Exposition {
                name: family.name,
                role: family.role,
                scrape: family.scrape,
            }
        })
        .collect()
}

/// Lines of counters with two labels.
fn counter_lines(series: usize) -> impl Iterator<Item = (String, u64)> {
    (0..series).map(|i| {
        let (tenant, shard) = shard(i);
        let start = format!("bench_requests_total{{tenant=\"{tenant}\",shard=\"{shard}\"}} ");
        (start, i as u64 * 7919 % 1_000_000)
    })
}

fn floor(lines: impl Iterator<Item = (String, u64)>) -> Exposition {
    Exposition {
        name: "copy and format",
        role: Role::Floor,
        scrape: copy_and_format(lines.map(|(start, value)| (start, AtomicU64::new(value)))),
    }
}

#[derive(metricset::MetricSet)]
#[metrics(prefix = "bench", register = false)]
struct Ours {
    /// Requests.
    requests_total: metricset::Family<Request, metricset::Counter>,
}

/// Families with two enum labels, 25 series each.
pub fn closed(series: usize) -> Vec<Exposition> {
    let families = series / REQUESTS;
    vec![
        Exposition {
            role: Role::Ours,
            ..Exposition::peer("metricset", ours(families))
        },
        Exposition::peer("prometheus-client", prometheus_client(families)),
        Exposition::peer("prometheus", prometheus(families)),
        Exposition::peer("metrics", metrics(families)),
        Exposition::peer("measured", measured(families)),
        Exposition::peer("fastmetrics", fastmetrics(families)),
        Exposition::peer("foundations-metrics", foundations(families)),
        floor(counter_lines(series)),
    ]
}

/// Calls with every series of every family and its value.
fn each(families: usize, mut update: impl FnMut(usize, Request, u64)) {
    for i in 0..families * REQUESTS {
        let request = Request::at(i % REQUESTS);
        update(i / REQUESTS, request, i as u64 * 7919 % 1_000_000);
    }
}

fn name(family: usize) -> String {
    format!("bench_{family:04}_requests_total")
}

fn ours(families: usize) -> Scrape {
    let registry = metricset::Registry::new();
    let sets: Vec<Ours> = (0..families)
        .map(|i| {
            registry
                .set()
                .prefix(format!("bench_{i:04}"))
                .register()
                .unwrap()
        })
        .collect();
    each(families, |i, request, n| {
        sets[i].requests_total.with(request).inc_by(n)
    });
    peers::metricset_registry(registry)
}

fn prometheus_client(families: usize) -> Scrape {
    use prometheus_client::metrics::{counter::Counter, family::Family};
    let mut registry = prometheus_client::registry::Registry::default();
    let vecs = vec_of(families, Family::<Request, Counter>::default);
    for (i, family) in vecs.iter().enumerate() {
        registry.register(
            name(i).trim_end_matches("_total"),
            "Requests",
            family.clone(),
        );
    }
    each(families, |i, request, n| {
        vecs[i].get_or_create(&request).inc_by(n);
    });
    peers::prometheus_client(registry)
}

fn prometheus(families: usize) -> Scrape {
    let registry = prometheus::Registry::new();
    let vecs: Vec<IntCounterVec> = (0..families)
        .map(|i| IntCounterVec::new(Opts::new(name(i), "Requests."), &["method", "route"]).unwrap())
        .collect();
    for family in &vecs {
        registry.register(Box::new(family.clone())).unwrap();
    }
    each(families, |i, Request { method, route }, n| {
        vecs[i]
            .with_label_values(&[method.text(), route.text()])
            .inc_by(n);
    });
    peers::prometheus(registry)
}

fn metrics(families: usize) -> Scrape {
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        each(families, |i, Request { method, route }, n| {
            metrics::counter!(name(i), "method" => method.text(), "route" => route.text())
                .increment(n);
        });
    });
    peers::metrics_recorder(recorder.handle())
}

fn measured(families: usize) -> Scrape {
    let vecs = vec_of(families, || {
        Arc::new(measured::CounterVec::with_label_set(MeasuredRequest::set()))
    });
    each(families, |i, request, n| vecs[i].inc_by(request.into(), n));
    let names: Vec<String> = (0..families).map(name).collect();
    peers::measured_families(move |encoder| {
        for (name, family) in names.iter().zip(&vecs) {
            let name = MetricName::try_from_str(name).expect("is a name");
            match family.collect_family_into(name, encoder) {
                Ok(()) => {}
                Err(never) => match never {},
            }
        }
    })
}

fn fastmetrics(families: usize) -> Scrape {
    use fastmetrics::metrics::{counter::Counter, family::Family};
    let mut registry = fastmetrics::registry::Registry::default();
    let vecs = vec_of(families, Family::<Request, Counter>::default);
    for (i, family) in vecs.iter().enumerate() {
        let name = name(i);
        let name = name.trim_end_matches("_total").to_owned();
        registry.register(name, "Requests", family.clone()).unwrap();
    }
    each(families, |i, request, n| {
        vecs[i].with_or_new(&request, |counter| counter.inc_by(n))
    });
    peers::fastmetrics(registry)
}

fn foundations(families: usize) -> Scrape {
    let vecs = vec_of(families, || {
        LowCardinalityFamily::<Request, Counter>::default()
    });
    each(families, |i, request, n| {
        vecs[i].get_or_create(&request).inc_by(n);
    });
    let named: Vec<_> = vecs
        .into_iter()
        .enumerate()
        .map(|(i, family)| NamedMetric::new(name(i).leak(), "Requests.", family))
        .collect();
    peers::foundations_families(move || named.iter().flat_map(|family| family.encode()).collect())
}

fn vec_of<T>(len: usize, new: impl Fn() -> T) -> Vec<T> {
    (0..len).map(|_| new()).collect()
}
