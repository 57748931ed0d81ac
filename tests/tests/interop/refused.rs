//! What is not mounted, and what is left out of a scrape.

use std::fmt::Error;
use std::sync::{Arc, Mutex};

use metricset::encode::Format::{OpenMetrics, PrometheusText};
use metricset::interop::MountError;
use metricset::{Counter, Gauge, Histogram, MetricSet, Optional, RegisterError, Registry};
use metricset_tests::judge::Judge;
use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter as TheirCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge as TheirGauge;
use prometheus_client::metrics::histogram::{Histogram as TheirHistogram, NativeHistogramConfig};
use prometheus_client::registry::Registry as Theirs;

use super::ours;

type Labels = Vec<(String, String)>;
type FloatCounter = TheirCounter<f64, std::sync::atomic::AtomicU64>;

/// Ours.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Own {
    /// A histogram.
    #[metric(buckets = [1.0])]
    latency_seconds: Histogram,
    /// A counter.
    requests_total: Counter,
    #[metric(nested, prefix = "later")]
    later: Optional<Later>,
}

/// Switched on later.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Later {
    /// A gauge.
    depth: Gauge,
}

fn gauge(name: &str) -> Theirs {
    let mut theirs = Theirs::default();
    theirs.register(name, "A gauge", TheirGauge::<i64>::default());
    theirs
}

fn counter(name: &str) -> Theirs {
    let mut theirs = Theirs::default();
    theirs.register(name, "A counter", TheirCounter::<u64>::default());
    theirs
}

fn histogram(name: &str) -> Theirs {
    let mut theirs = Theirs::default();
    theirs.register(name, "A histogram", TheirHistogram::new([1.0]));
    theirs
}

/// Mounts beside our own families and returns what clashes, with whom.
#[track_caller]
fn clash(theirs: Theirs) -> (String, String) {
    let registry = Registry::new();
    let _own: Own = registry.register().expect("nothing clashes");
    let before = registry.size();
    match registry.mount(theirs) {
        Err(
            ref error @ MountError::Clash {
                ref sample,
                ref other,
                location: Some(location),
                ..
            },
        ) => {
            assert!(location.file.ends_with("refused.rs"));
            assert!(error.to_string().contains(&location.to_string()));
            assert!(registry.size().series == before.series);
            (sample.clone(), other.clone())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_clash_with_our_families() {
    let expected = |sample: &str, other: &str| (sample.to_owned(), other.to_owned());
    // The same name.
    assert_eq!(
        clash(counter("requests")),
        expected("requests_total", "requests_total")
    );
    assert_eq!(
        clash(histogram("latency_seconds")),
        expected("latency_seconds", "latency_seconds")
    );
    // A sample's name.
    assert_eq!(
        clash(gauge("latency_seconds_count")),
        expected("latency_seconds_count", "latency_seconds")
    );
    // In OpenMetrics only.
    assert_eq!(
        clash(gauge("requests")),
        expected("requests", "requests_total")
    );
    assert_eq!(
        clash(gauge("latency_seconds_created")),
        expected("latency_seconds_created", "latency_seconds")
    );
    // With a family that is not exposed yet.
    assert_eq!(
        clash(gauge("later_depth")),
        expected("later_depth", "later_depth")
    );
}

#[test]
fn a_clash_among_mounted_families() {
    let registry = Registry::new();
    registry.mount(counter("jobs")).unwrap();
    let error = registry.mount(gauge("jobs_total")).unwrap_err();
    let is_mounted = matches!(error, MountError::Clash { location: None, .. });
    assert!(is_mounted, "{error:?}");
    assert_eq!(
        error.to_string(),
        "`jobs_total` and `jobs` of mounted registries both expose `jobs_total`: rename one"
    );

    // It takes one name twice.
    let mut theirs = gauge("depth");
    theirs.register("depth", "Again", TheirGauge::<i64>::default());
    let error = registry.mount(theirs).unwrap_err();
    assert!(matches!(error, MountError::Clash { .. }), "{error:?}");
}

#[test]
fn a_set_that_clashes_with_a_mounted_family() {
    let registry = Registry::new();
    registry.mount(gauge("latency_seconds_sum")).unwrap();
    match registry.register::<Own>().map(|_| ()) {
        Err(
            ref error @ RegisterError::MountClash {
                ref sample,
                ref name,
                ..
            },
        ) => {
            assert_eq!(sample, "latency_seconds_sum");
            assert_eq!(name, "latency_seconds");
            assert!(error.to_string().contains("refused.rs"));
        }
        other => panic!("{other:?}"),
    }
    // Nothing of it was registered.
    assert!(!ours(&registry, PrometheusText).contains("requests_total"));
}

/// Writes whatever it is told under a type that is not its own.
#[derive(Debug)]
struct Liar(MetricType);

impl EncodeMetric for Liar {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), Error> {
        encoder.encode_gauge(&1_i64)
    }

    fn metric_type(&self) -> MetricType {
        self.0
    }
}

#[test]
fn names_and_types_that_have_no_place() {
    let labelled = |name: &str| {
        let family = Family::<Labels, TheirGauge>::default();
        drop(family.get_or_create(&vec![(name.to_owned(), "x".to_owned())]));
        let mut theirs = Theirs::default();
        theirs.register("depth", "A gauge", family);
        theirs
    };
    let typed = |metric_type| {
        let mut theirs = Theirs::default();
        theirs.register("liar", "A liar", Liar(metric_type));
        theirs
    };
    for theirs in [
        gauge(""),
        gauge("a b"),
        gauge("1st"),
        gauge("é"),
        gauge("depth\n"),
        gauge("depth 1\n# EOF\n"),
        gauge("# HELP depth"),
        gauge("depth{a=\"b\"}"),
        labelled(""),
        labelled("a b"),
        labelled("a:b"),
        labelled("__name__"),
        labelled("a=\"x\"} 1\nforged{b"),
        typed(MetricType::Counter),
        typed(MetricType::Histogram),
        typed(MetricType::Info),
    ] {
        let registry = Registry::new();
        let description = format!("{theirs:?}");
        let error = registry.mount(theirs).unwrap_err();
        assert!(
            matches!(error, MountError::Malformed { .. }),
            "{error:?} for {description}"
        );
        assert_eq!(registry.size().series, 0);
    }
}

#[test]
fn what_has_no_text() {
    let mut theirs = gauge("depth");
    let native = TheirHistogram::new_native(NativeHistogramConfig::default());
    theirs.register("native", "A native histogram", native);
    let error = Registry::new().mount(theirs).unwrap_err();
    assert_eq!(error, MountError::Encode(Error));
    assert!(std::error::Error::source(&error).is_some());
}

/// Adds to a registry after it was mounted, scrapes, and returns what was left out.
fn grown(add: impl FnOnce(&mut Theirs)) -> Vec<String> {
    let registry = Registry::new();
    let _own: Own = registry.register().expect("nothing clashes");
    let theirs = Arc::new(Mutex::new(gauge("depth")));
    registry.mount(theirs.clone()).expect("nothing clashes");
    add(&mut theirs.lock().expect("nothing panicked"));

    let mut judge = Judge::start();
    for format in [PrometheusText, OpenMetrics] {
        let exposition = ours(&registry, format);
        assert!(exposition.contains("\ndepth 0\n"), "{exposition}");
        judge.parse(format, &exposition);
    }
    // The scrape that leaves something out is the one before.
    ours(&registry, PrometheusText)
        .lines()
        .filter(|line| line.starts_with("metricset_mount_skipped"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_family_that_comes_later_and_clashes_is_left_out() {
    assert_eq!(
        grown(|theirs| {
            theirs.register("requests", "A counter", TheirCounter::<u64>::default());
            theirs.register("fine", "A gauge", TheirGauge::<i64>::default());
        }),
        [r#"metricset_mount_skipped_families_total{family="requests",reason="clash"} 2"#]
    );
    assert_eq!(
        grown(|theirs| theirs.register("depth", "Again", TheirGauge::<i64>::default())),
        [r#"metricset_mount_skipped_families_total{family="depth",reason="clash"} 2"#]
    );
}

#[test]
fn a_family_that_comes_later_and_is_malformed_is_left_out() {
    assert_eq!(
        grown(|theirs| theirs.register("a\n# EOF", "A gauge", TheirGauge::<i64>::default())),
        [r#"metricset_mount_skipped_families_total{family="a\\n#",reason="malformed"} 2"#]
    );
    assert_eq!(
        grown(|theirs| theirs.register("liar", "A liar", Liar(MetricType::Counter))),
        [r#"metricset_mount_skipped_families_total{family="liar",reason="malformed"} 2"#]
    );
}

#[test]
fn what_comes_after_a_failure_is_left_out() {
    assert_eq!(
        grown(|theirs| {
            let native = TheirHistogram::new_native(NativeHistogramConfig::default());
            theirs.register("native", "A native histogram", native);
            theirs.register("behind", "A gauge", TheirGauge::<i64>::default());
        }),
        [r#"metricset_mount_skipped_families_total{family="native",reason="failed"} 2"#]
    );
}

/// Two keys with the same text.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
struct Alike(u8);

impl prometheus_client::encoding::EncodeLabelSet for Alike {
    fn encode(
        &self,
        encoder: &mut prometheus_client::encoding::LabelSetEncoder<'_>,
    ) -> Result<(), Error> {
        use prometheus_client::encoding::EncodeLabel;
        ("same", "x").encode(encoder.encode_label())
    }
}

#[test]
fn series_that_no_format_takes_are_left_out() {
    assert_eq!(
        grown(|theirs| {
            let counters = Family::<Labels, FloatCounter>::default();
            for (name, by) in [("nan", f64::NAN), ("negative", -1.0), ("good", 1.0)] {
                let labels = vec![("kind".to_owned(), name.to_owned())];
                counters.get_or_create(&labels).inc_by(by);
            }
            theirs.register("counters", "Counters", counters);
        }),
        [r#"metricset_mount_skipped_series_total{family="counters"} 4"#]
    );
    assert_eq!(
        grown(|theirs| {
            let family = Family::<Alike, TheirGauge>::default();
            drop(family.get_or_create(&Alike(1)));
            drop(family.get_or_create(&Alike(2)));
            theirs.register("alike", "Alike", family);
        }),
        [r#"metricset_mount_skipped_series_total{family="alike"} 2"#]
    );
    assert_eq!(
        grown(|theirs| {
            let histograms = Family::<Alike, TheirHistogram>::new_with_constructor(|| {
                TheirHistogram::new([1.0])
            });
            drop(histograms.get_or_create(&Alike(1)));
            drop(histograms.get_or_create(&Alike(2)));
            theirs.register("alike", "Alike", histograms);
            theirs.register("unsorted", "Unsorted", TheirHistogram::new([2.0, 1.0]));
        }),
        [
            r#"metricset_mount_skipped_series_total{family="alike"} 2"#,
            r#"metricset_mount_skipped_series_total{family="unsorted"} 2"#
        ]
    );
}

#[test]
fn registries_that_contain_each_other() {
    // Ours in theirs in ours: each family of ours would be there twice.
    let registry = Registry::new();
    let _own: Own = registry.register().unwrap();
    let mut theirs = gauge("depth");
    theirs.register_collector(Box::new(registry.clone()));
    let error = registry.mount(theirs).unwrap_err();
    assert!(matches!(error, MountError::Clash { .. }), "{error:?}");

    // Mounted before it contains ours: ends, and serves everything once.
    let theirs = Arc::new(Mutex::new(gauge("depth")));
    registry.mount(theirs.clone()).unwrap();
    let collector = Box::new(registry.clone());
    theirs.lock().unwrap().register_collector(collector);
    let mut judge = Judge::start();
    for format in [PrometheusText, OpenMetrics] {
        judge.parse(format, &ours(&registry, format));
    }
}
