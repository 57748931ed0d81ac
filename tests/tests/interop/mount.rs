//! Their registry in our exposition.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Error;
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime};

use metricset::encode::Format::{OpenMetrics, PrometheusText};
use metricset::{Counter, MetricSet, Registry};
use metricset_tests::judge::{Judge, promtool_lints};
use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter as TheirCounter;
use prometheus_client::metrics::exemplar::{CounterWithExemplar, HistogramWithExemplars};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry as Theirs, Unit};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::ours;

/// Requests.
#[derive(MetricSet)]
#[metrics(prefix = "http", register = false)]
struct Http {
    /// Requests served.
    requests_total: Counter,
}

type Labels = Vec<(String, String)>;
type FloatCounter = TheirCounter<f64, std::sync::atomic::AtomicU64>;
type FloatGauge = Gauge<f64, std::sync::atomic::AtomicU64>;

fn labels(name: &str, value: &str) -> Labels {
    vec![(name.to_owned(), value.to_owned())]
}

#[derive(Debug)]
struct Unknown;

impl EncodeMetric for Unknown {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), Error> {
        encoder.encode_gauge(&5_i64)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Unknown
    }
}

/// One of everything that prometheus-client has.
fn everything() -> Theirs {
    let mut registry = Theirs::default();
    let jobs = Family::<Labels, TheirCounter>::default();
    jobs.get_or_create(&labels("queue", "a\"b\\c\nd")).inc_by(2);
    registry.register("jobs", "Jobs done", jobs);
    let busy = FloatCounter::default();
    busy.inc_by(0.1);
    registry.register_with_unit("busy", "Time spent working", Unit::Seconds, busy);
    let traced = CounterWithExemplar::<Labels>::default();
    let then = SystemTime::UNIX_EPOCH + Duration::from_millis(1500);
    traced.inc_by(3, Some(labels("trace_id", "} # {x=\"y\"} 1")), Some(then));
    registry.register("traced", "With an exemplar", traced);
    let load = FloatGauge::default();
    load.set(f64::INFINITY);
    registry.register("load", "Load", load);
    let depth = Gauge::<i64>::default();
    depth.set(-7);
    registry.register("depth", "Depth\nof \\ the \"queue\"", depth);
    registry.register(
        "build",
        "What is running",
        Info::new(labels("version", "1.2")),
    );
    registry.register("age", "Of unknown type", Unknown);
    let wait = Family::<Labels, Histogram>::new_with_constructor(|| Histogram::new([1e-6, 0.5]));
    wait.get_or_create(&labels("queue", "a")).observe(0.25);
    let sub = registry.sub_registry_with_prefix("sub");
    let sub = sub.sub_registry_with_label((Cow::from("zone"), Cow::from("eu")));
    let size = HistogramWithExemplars::<Labels>::new([64.0, 1e6].into_iter());
    size.observe(100.0, Some(labels("trace_id", "x")), None);
    sub.register_with_unit("size", "Size", Unit::Bytes, size);
    sub.register("wait", "Waiting", wait);
    sub.register(
        "version",
        "In a sub-registry",
        Info::new(labels("major", "1")),
    );
    registry
}

const OWN: &str = "\
# HELP http_requests_total Requests served.
# TYPE http_requests_total counter
http_requests_total 1
# HELP metricset_mount_skipped_families_total Families of mounted registries that were left out of a scrape.
# TYPE metricset_mount_skipped_families_total counter
# HELP metricset_mount_skipped_series_total Series of mounted registries that were left out of a scrape.
# TYPE metricset_mount_skipped_series_total counter
";

#[test]
fn every_type() {
    let registry = Registry::new();
    let http: Http = registry.register().unwrap();
    http.requests_total.inc();
    registry.mount(everything()).unwrap();

    let mut judge = Judge::start();
    let text = ours(&registry, PrometheusText);
    let theirs = text.strip_prefix(OWN).unwrap();
    assert_eq!(theirs, include_str!("everything.prom"));
    judge.parse(PrometheusText, &text);
    let _lints = promtool_lints(&text);

    let openmetrics = ours(&registry, OpenMetrics);
    let at = openmetrics.find("# TYPE jobs ").unwrap();
    assert_eq!(&openmetrics[at..], include_str!("everything.openmetrics"));
    judge.parse(OpenMetrics, &openmetrics);
}

#[test]
fn in_whatever_a_program_keeps_it() {
    fn one(name: &str) -> Theirs {
        let mut registry = Theirs::default();
        registry.register(name, "A gauge", Gauge::<i64>::default());
        registry
    }
    let registry = Registry::new();
    registry.mount(one("a")).unwrap();
    registry.mount(Arc::new(one("b"))).unwrap();
    registry.mount(Arc::new(Mutex::new(one("c")))).unwrap();
    registry.mount(Arc::new(RwLock::new(one("d")))).unwrap();
    let exposition = ours(&registry, PrometheusText);
    for line in ["\na 0\n", "\nb 0\n", "\nc 0\n", "\nd 0\n"] {
        assert!(exposition.contains(line), "{line} is not in {exposition}");
    }
    assert_eq!(registry.size().families, 6);
}

#[test]
fn values_move_on() {
    let requests = TheirCounter::<u64>::default();
    let mut theirs = Theirs::default();
    theirs.register("requests", "Requests", requests.clone());
    let registry = Registry::new();
    registry.mount(theirs).unwrap();
    for n in 1..=3 {
        requests.inc();
        let exposition = ours(&registry, OpenMetrics);
        assert!(exposition.ends_with(&format!("\nrequests_total {n}\n# EOF\n")));
    }
}

/// Serves label values and help through both registries, and reads them back.
fn reads_back(judge: &mut Judge, help: &str, first: &str, second: &str) {
    let family = Family::<Labels, TheirCounter>::default();
    family.get_or_create(&labels("first", first)).inc();
    let sizes = Family::<Labels, Histogram>::new_with_constructor(|| Histogram::new([1.0]));
    sizes.get_or_create(&labels("first", first)).observe(0.5);
    let label = (Cow::from("second"), Cow::from(second.to_owned()));
    let mut theirs = Theirs::with_labels([label].into_iter());
    theirs.register("jobs", help, family);
    theirs.register("size", help, sizes);
    theirs.register("build", help, Info::new(labels("first", first)));
    let registry = Registry::new();
    registry.mount(theirs).expect("nothing clashes");
    for format in [PrometheusText, OpenMetrics] {
        let families = judge.parse(format, &ours(&registry, format));
        let mut samples = Vec::new();
        for family in families {
            if family.name.starts_with("metricset_") {
                continue;
            }
            for sample in family.samples {
                assert_eq!(sample.labels["first"], first);
                assert_eq!(sample.labels["second"], second);
                samples.push((sample.name.clone(), sample.value()));
            }
        }
        let samples: Vec<_> = samples
            .iter()
            .map(|(name, v)| (name.as_str(), *v))
            .collect();
        assert_eq!(
            samples,
            [
                ("jobs_total", 1.0),
                ("size_bucket", 1.0),
                ("size_bucket", 1.0),
                ("size_sum", 0.5),
                ("size_count", 1.0),
                ("build_info", 1.0),
            ]
        );
    }
}

#[test]
fn any_label_value_reads_back() {
    let judge = RefCell::new(Judge::start());
    let special: Vec<char> = "\n\r\"\\n{}=, #\t\0\u{85}\u{feff}é\u{1f600}"
        .chars()
        .collect();
    let c = prop_oneof![4 => proptest::sample::select(special), 1 => any::<char>()];
    let text = proptest::collection::vec(c, 0..40).prop_map(String::from_iter);
    let config = Config {
        cases: 50,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(
            &(text.clone(), text.clone(), text),
            |(help, first, second)| {
                reads_back(&mut judge.borrow_mut(), &help, &first, &second);
                Ok(())
            },
        )
        .unwrap();
}

#[test]
fn texts_that_forge_lines_read_back() {
    let mut judge = Judge::start();
    for text in [
        "\n# EOF\n",
        "\n# HELP forged x\n# TYPE forged counter\nforged_total 1\n",
        "x\n",
        "\n",
        "\"} 1\nforged_total{a=\"",
        "\"} 1 # {a=\"",
        "\\",
        "\\\\n",
        "",
    ] {
        reads_back(&mut judge, text, text, text);
    }
}

#[test]
fn help_is_read_as_openmetrics() {
    let mut theirs = Theirs::default();
    let gauge = Gauge::<i64>::default;
    theirs.register("raw", "a\nb \\ \"c\"", gauge());
    theirs.register("escaped", "a\\nb \\\\ \\\"c\\\"", gauge());
    let registry = Registry::new();
    registry.mount(theirs).unwrap();
    let families = Judge::start().parse(OpenMetrics, &ours(&registry, OpenMetrics));
    for family in families.iter().filter(|family| family.samples.len() == 1) {
        assert_eq!(family.help, "a\nb \\ \"c\".");
    }
}
