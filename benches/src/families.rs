//! Families with two open labels in every library: what the questions about series, scrapes and memory are asked of.

use fast_telemetry::{DynamicCounter, DynamicHistogram};
use measured::metric::histogram::Thresholds;
use metrics_exporter_prometheus::PrometheusBuilder;
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts};

use crate::contender::Scrape;
use crate::labels::{
    BOUNDS, MeasuredShard, MeasuredShardSet, OwnedShard, Shard, observation, shard,
};
use crate::peers::{self, leak};
use crate::results::Role;

/// Room for the largest question. Libraries without a limit have no place for it.
const MAX_SERIES: usize = 2_000_000;

/// Takes two label values and a number.
pub type Update = Box<dyn Fn(&str, &str, u64) + Send + Sync>;

/// One family, empty at first.
pub struct Family {
    pub name: &'static str,
    pub role: Role,
    /// Looks the series with these two label values up, creates it if need be, and updates it.
    pub update: Update,
    pub scrape: Scrape,
}

impl Family {
    fn ours(scrape: Scrape, update: impl Fn(&str, &str, u64) + Send + Sync + 'static) -> Self {
        Self {
            role: Role::Ours,
            ..Self::peer("metricset", scrape, update)
        }
    }

    fn peer(
        name: &'static str,
        scrape: Scrape,
        update: impl Fn(&str, &str, u64) + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            role: Role::Peer,
            update: Box::new(update),
            scrape,
        }
    }

    /// Adds series `from..to`, each with a value of its own.
    pub fn fill(&self, from: usize, to: usize) {
        for i in from..to {
            let (tenant, shard) = shard(i);
            (self.update)(&tenant, &shard, i as u64 * 7919 % 1_000_000);
        }
    }
}

fn owned(tenant: &str, shard: &str) -> OwnedShard {
    OwnedShard {
        tenant: tenant.to_owned(),
        shard: shard.to_owned(),
    }
}

fn pairs(tenant: &str, shard: &str) -> [KeyValue; 2] {
    [
        KeyValue::new("tenant", tenant.to_owned()),
        KeyValue::new("shard", shard.to_owned()),
    ]
}

#[derive(metricset::MetricSet)]
#[metrics(prefix = "bench", register = false)]
struct OurCounters {
    /// Requests.
    #[metric(max_series = MAX_SERIES)]
    requests_total: metricset::Family<Shard<'static>, metricset::Counter>,
}

#[derive(metricset::MetricSet)]
#[metrics(prefix = "bench", register = false)]
struct OurHistograms {
    /// Latency.
    #[metric(buckets = BOUNDS, max_series = MAX_SERIES)]
    latency_seconds: metricset::Family<Shard<'static>, metricset::Histogram>,
}

#[derive(Debug, Clone, vise::Metrics)]
#[metrics(prefix = "bench")]
struct ViseCounters {
    /// Requests.
    requests: vise::Family<OwnedShard, vise::Counter>,
}

#[derive(Debug, Clone, vise::Metrics)]
#[metrics(prefix = "bench")]
struct ViseHistograms {
    /// Latency.
    #[metrics(buckets = &BOUNDS)]
    latency_seconds: vise::Family<OwnedShard, vise::Histogram>,
}

#[derive(measured::MetricGroup)]
#[metric(new())]
struct MeasuredCounters {
    /// Requests.
    #[metric(label_set = MeasuredShardSet::new())]
    bench_requests_total: measured::CounterVec<MeasuredShardSet>,
}

#[derive(measured::MetricGroup)]
#[metric(new())]
struct MeasuredHistograms {
    /// Latency.
    #[metric(label_set = MeasuredShardSet::new(), metadata = Thresholds::with_buckets(BOUNDS))]
    bench_latency_seconds: measured::HistogramVec<MeasuredShardSet, 12>,
}

/// A constructor for each library: filling one family must not leave traces in the heap of the next.
pub const COUNTERS: &[fn() -> Family] = &[
    || {
        let registry = metricset::Registry::new();
        let set: OurCounters = registry.register().unwrap();
        Family::ours(
            peers::metricset_registry(registry),
            move |tenant, shard, n| {
                set.requests_total.with(Shard { tenant, shard }).inc_by(n);
            },
        )
    },
    || {
        use prometheus_client::metrics::{counter::Counter, family::Family as Vec};
        let family = Vec::<OwnedShard, Counter>::default();
        let mut registry = prometheus_client::registry::Registry::default();
        registry.register("bench_requests", "Requests", family.clone());
        let scrape = peers::prometheus_client(registry);
        Family::peer("prometheus-client", scrape, move |tenant, shard, n| {
            family.get_or_create(&owned(tenant, shard)).inc_by(n);
        })
    },
    || {
        let opts = Opts::new("bench_requests_total", "Requests.");
        let family = IntCounterVec::new(opts, &["tenant", "shard"]).unwrap();
        let registry = prometheus::Registry::new();
        registry.register(Box::new(family.clone())).unwrap();
        let scrape = peers::prometheus(registry);
        Family::peer("prometheus", scrape, move |tenant, shard, n| {
            family.with_label_values(&[tenant, shard]).inc_by(n);
        })
    },
    || {
        let recorder = PrometheusBuilder::new().build_recorder();
        let scrape = peers::metrics_recorder(recorder.handle());
        Family::peer("metrics", scrape, move |tenant, shard, n| {
            metrics::with_local_recorder(&recorder, || {
                let labels = [("tenant", tenant.to_owned()), ("shard", shard.to_owned())];
                metrics::counter!("bench_requests_total", &labels).increment(n);
            });
        })
    },
    || {
        let group = leak(MeasuredCounters::new());
        Family::peer("measured", peers::measured(group), |tenant, shard, n| {
            group
                .bench_requests_total
                .inc_by(MeasuredShard { tenant, shard }, n);
        })
    },
    || {
        use fastmetrics::metrics::{counter::Counter, family::Family as Vec};
        let family = Vec::<OwnedShard, Counter>::default();
        let mut registry = fastmetrics::registry::Registry::default();
        registry
            .register("bench_requests", "Requests", family.clone())
            .unwrap();
        let scrape = peers::fastmetrics(registry);
        Family::peer("fastmetrics", scrape, move |tenant, shard, n| {
            family.with_or_new(&owned(tenant, shard), |counter| counter.inc_by(n));
        })
    },
    || {
        let family = leak(DynamicCounter::with_max_series(peers::shards(), MAX_SERIES));
        Family::peer(
            "fast-telemetry",
            peers::fast_telemetry(family),
            |tenant, shard, n| {
                family.add(&[("tenant", tenant), ("shard", shard)], n as isize);
            },
        )
    },
    || {
        let family =
            foundations_metrics::Family::<OwnedShard, foundations_metrics::Counter>::default();
        let scrape = peers::foundations(family.clone());
        Family::peer("foundations-metrics", scrape, move |tenant, shard, n| {
            family.get_or_create(&owned(tenant, shard)).inc_by(n);
        })
    },
    || {
        let metrics = ViseCounters::default();
        let mut registry = vise::Registry::empty();
        registry.register_metrics(&metrics);
        Family::peer("vise", peers::vise(registry), move |tenant, shard, n| {
            metrics.requests[&owned(tenant, shard)].inc_by(n);
        })
    },
    || {
        let (provider, scrape) = peers::opentelemetry_with(MAX_SERIES);
        let counter = provider
            .meter("bench")
            .u64_counter("bench_requests")
            .build();
        Family::peer("opentelemetry", scrape, move |tenant, shard, n| {
            counter.add(n, &pairs(tenant, shard));
        })
    },
];

/// The same for histograms of 12 bounds.
pub const HISTOGRAMS: &[fn() -> Family] = &[
    || {
        let registry = metricset::Registry::new();
        let set: OurHistograms = registry.register().unwrap();
        Family::ours(
            peers::metricset_registry(registry),
            move |tenant, shard, i| {
                set.latency_seconds
                    .with(Shard { tenant, shard })
                    .observe(observation(i));
            },
        )
    },
    || {
        use prometheus_client::metrics::{family::Family as Vec, histogram::Histogram};
        let family = Vec::<OwnedShard, Histogram>::new_with_constructor(|| Histogram::new(BOUNDS));
        let mut registry = prometheus_client::registry::Registry::default();
        registry.register("bench_latency_seconds", "Latency", family.clone());
        let scrape = peers::prometheus_client(registry);
        Family::peer("prometheus-client", scrape, move |tenant, shard, i| {
            family
                .get_or_create(&owned(tenant, shard))
                .observe(observation(i));
        })
    },
    || {
        let opts = HistogramOpts::new("bench_latency_seconds", "Latency.").buckets(BOUNDS.into());
        let family = HistogramVec::new(opts, &["tenant", "shard"]).unwrap();
        let registry = prometheus::Registry::new();
        registry.register(Box::new(family.clone())).unwrap();
        let scrape = peers::prometheus(registry);
        Family::peer("prometheus", scrape, move |tenant, shard, i| {
            family
                .with_label_values(&[tenant, shard])
                .observe(observation(i));
        })
    },
    || {
        let builder = PrometheusBuilder::new().set_buckets(&BOUNDS).unwrap();
        let recorder = builder.build_recorder();
        let scrape = peers::metrics_recorder(recorder.handle());
        Family::peer("metrics", scrape, move |tenant, shard, i| {
            metrics::with_local_recorder(&recorder, || {
                let labels = [("tenant", tenant.to_owned()), ("shard", shard.to_owned())];
                metrics::histogram!("bench_latency_seconds", &labels).record(observation(i));
            });
        })
    },
    || {
        let group = leak(MeasuredHistograms::new());
        Family::peer("measured", peers::measured(group), |tenant, shard, i| {
            group
                .bench_latency_seconds
                .observe(MeasuredShard { tenant, shard }, observation(i));
        })
    },
    || {
        use fastmetrics::metrics::{family::Family as Vec, histogram::Histogram};
        let family = Vec::<OwnedShard, Histogram>::new(|| Histogram::new(BOUNDS));
        let mut registry = fastmetrics::registry::Registry::default();
        registry
            .register("bench_latency_seconds", "Latency", family.clone())
            .unwrap();
        let scrape = peers::fastmetrics(registry);
        Family::peer("fastmetrics", scrape, move |tenant, shard, i| {
            family.with_or_new(&owned(tenant, shard), |histogram| {
                histogram.observe(observation(i))
            });
        })
    },
    || {
        let bounds = BOUNDS.map(|bound| (bound * 1e6) as u64);
        let family = DynamicHistogram::with_limits(&bounds, peers::shards(), MAX_SERIES);
        let family = leak(family);
        Family::peer(
            "fast-telemetry",
            peers::fast_telemetry(family),
            |tenant, shard, i| {
                let labels = [("tenant", tenant), ("shard", shard)];
                family.record(&labels, (observation(i) * 1e6) as u64);
            },
        )
    },
    || {
        use foundations_metrics::{Family as Vec, Histogram};
        let family =
            Vec::<OwnedShard, Histogram, _>::new_with_constructor(|| Histogram::new(BOUNDS));
        let scrape = peers::foundations(family.clone());
        Family::peer("foundations-metrics", scrape, move |tenant, shard, i| {
            family
                .get_or_create(&owned(tenant, shard))
                .observe(observation(i));
        })
    },
    || {
        let metrics = ViseHistograms::default();
        let mut registry = vise::Registry::empty();
        registry.register_metrics(&metrics);
        Family::peer("vise", peers::vise(registry), move |tenant, shard, i| {
            metrics.latency_seconds[&owned(tenant, shard)].observe(observation(i));
        })
    },
    || {
        let (provider, scrape) = peers::opentelemetry_with(MAX_SERIES);
        let meter = provider.meter("bench");
        let histogram = meter
            .f64_histogram("bench_latency_seconds")
            .with_boundaries(BOUNDS.into())
            .build();
        Family::peer("opentelemetry", scrape, move |tenant, shard, i| {
            histogram.record(observation(i), &pairs(tenant, shard));
        })
    },
];
