//! Our registry as a collector of theirs.

use std::borrow::Cow;

use metricset::encode::Format;
use metricset::{
    Counter, Family, Gauge, Histogram, Info, LabelEnum, LabelSet, MetricSet, Optional, Registry,
    StateSet, Summary,
};
use metricset_tests::judge::Judge;
use prometheus_client::registry::Registry as Theirs;

use super::theirs;

#[derive(Clone, Copy, LabelEnum)]
enum Phase {
    Starting,
    Running,
}

#[derive(LabelSet)]
struct Client<'a> {
    client_id: &'a str,
}

/// A set inside.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Queue {
    /// Jobs waiting.
    jobs: Gauge,
}

/// Every metric type.
#[derive(MetricSet)]
#[metrics(
    prefix = "app",
    register = false,
    allow(counter_without_total, total_on_non_counter)
)]
struct App {
    /// What is running.
    build_info: Info<Client<'static>>,
    /// Time spent working.
    busy_seconds_total: Counter<f64>,
    #[metric(help = "Bytes \\ sent,\nby \"client\".")]
    client_bytes_total: Family<Client<'static>, Counter>,
    /// A counter without suffix.
    errors: Family<Client<'static>, Counter>,
    /// What it is doing.
    phase: StateSet<Phase>,
    /// Beside a counter.
    requests: Gauge<f64>,
    /// A counter whose stem is taken.
    requests_total: Counter,
    /// Time to be taken up.
    #[metric(quantiles = [0.5, 1])]
    queue_seconds: Family<Client<'static>, Summary>,
    /// Time to answer.
    #[metric(buckets = [0.5, 2.0])]
    response_seconds: Histogram,
    /// A gauge that looks like a counter.
    routes_total: Family<Client<'static>, Gauge>,
    #[metric(nested, prefix = "queue")]
    queue: Optional<Queue>,
}

fn register(registry: &Registry, client_id: &str) -> App {
    let app: App = registry.register().expect("nothing clashes");
    let client = || Client { client_id };
    app.build_info.set(client());
    app.busy_seconds_total.inc_by(1.5);
    app.client_bytes_total.with(client()).inc_by(u64::MAX);
    app.errors.with(client()).inc();
    app.phase.set(Phase::Running);
    app.requests.set(f64::NEG_INFINITY);
    app.queue_seconds.with(client()).observe(0.25);
    app.response_seconds.observe(0.5);
    app.response_seconds.observe(3.0);
    app.routes_total.with(client()).set(-1);
    app
}

#[test]
fn every_type() {
    let registry = Registry::new();
    let app = register(&registry, "a");
    let mut foreign = Theirs::default();
    foreign.register_collector(Box::new(registry));
    let exposition = theirs(&foreign);
    assert_eq!(
        exposition,
        r#"# HELP app_build What is running.
# TYPE app_build info
app_build_info{client_id="a"} 1
# HELP app_busy_seconds Time spent working.
# TYPE app_busy_seconds counter
# UNIT app_busy_seconds seconds
app_busy_seconds_total 1.5
# HELP app_client_bytes Bytes \\ sent,\nby "client".
# TYPE app_client_bytes counter
# UNIT app_client_bytes bytes
app_client_bytes_total{client_id="a"} 18446744073709551615
# HELP app_errors A counter without suffix.
# TYPE app_errors unknown
app_errors{client_id="a"} 1
# HELP app_phase What it is doing.
# TYPE app_phase gauge
app_phase{app_phase="starting"} 0
app_phase{app_phase="running"} 1
# HELP app_queue_seconds Time to be taken up.
# TYPE app_queue_seconds unknown
# UNIT app_queue_seconds seconds
app_queue_seconds{client_id="a",quantile="0.5"} 0.25
app_queue_seconds{client_id="a",quantile="1.0"} 0.25
# HELP app_queue_seconds_sum Time to be taken up.
# TYPE app_queue_seconds_sum unknown
app_queue_seconds_sum{client_id="a"} 0.25
# HELP app_queue_seconds_count Time to be taken up.
# TYPE app_queue_seconds_count unknown
app_queue_seconds_count{client_id="a"} 1
# HELP app_requests Beside a counter.
# TYPE app_requests gauge
app_requests -inf
# HELP app_requests_total A counter whose stem is taken.
# TYPE app_requests_total unknown
app_requests_total 0
# HELP app_response_seconds Time to answer.
# TYPE app_response_seconds histogram
# UNIT app_response_seconds seconds
app_response_seconds_sum 3.5
app_response_seconds_count 2
app_response_seconds_bucket{le="0.5"} 1
app_response_seconds_bucket{le="2.0"} 1
app_response_seconds_bucket{le="+Inf"} 2
# HELP app_routes_total A gauge that looks like a counter.
# TYPE app_routes_total gauge
app_routes_total{client_id="a"} -1
# EOF
"#
    );
    let mut judge = Judge::start();
    judge.parse(Format::OpenMetrics, &exposition);

    app.queue.enable();
    let exposition = theirs(&foreign);
    assert!(exposition.contains("\napp_queue_jobs 0\n"));
    judge.parse(Format::OpenMetrics, &exposition);
}

#[test]
fn behind_a_prefix_and_labels() {
    let registry = Registry::new();
    register(&registry, "a");
    let label = (Cow::from("zone"), Cow::from("eu"));
    let mut foreign = Theirs::with_prefix_and_labels("site", [label].into_iter());
    foreign.register_collector(Box::new(registry));
    let exposition = theirs(&foreign);
    for line in [
        "site_app_build_info{zone=\"eu\",client_id=\"a\"} 1",
        "site_app_busy_seconds_total{zone=\"eu\"} 1.5",
        "site_app_errors{zone=\"eu\",client_id=\"a\"} 1",
        "site_app_phase{zone=\"eu\",app_phase=\"running\"} 1",
        "site_app_response_seconds_bucket{zone=\"eu\",le=\"+Inf\"} 2",
    ] {
        assert!(exposition.contains(line), "{line} is not in\n{exposition}");
    }
    Judge::start().parse(Format::OpenMetrics, &exposition);
}

#[test]
fn hostile_label_values_read_back() {
    let mut judge = Judge::start();
    for text in ["\"} 1\nforged 1\n", "\\", "\\n", "a\r\n# EOF\n", "é\0", ""] {
        let registry = Registry::new();
        register(&registry, text);
        let mut foreign = Theirs::default();
        foreign.register_collector(Box::new(registry));
        let exposition = theirs(&foreign);
        let families = judge.parse(Format::OpenMetrics, &exposition);
        assert_eq!(families.len(), 12);
        for family in families {
            assert!(family.name.starts_with("app_"));
            for sample in &family.samples {
                assert!(sample.labels.get("client_id").is_none_or(|id| id == text));
            }
        }
    }
}

#[test]
fn what_is_mounted_is_not_passed_on() {
    let registry = Registry::new();
    let _app = register(&registry, "a");
    let mut mounted = Theirs::default();
    let gauge = prometheus_client::metrics::gauge::Gauge::<i64>::default();
    mounted.register("mounted", "Elsewhere", gauge);
    registry.mount(mounted).unwrap();
    let mut foreign = Theirs::default();
    foreign.register_collector(Box::new(registry));
    assert!(!theirs(&foreign).contains("mounted 0"));
}
