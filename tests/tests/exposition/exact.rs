//! Every metric type, byte for byte in both formats.

use std::time::Duration;

use metricset::encode::{Format, encode};
use metricset::{
    Counter, Family, Gauge, Histogram, Info, LabelEnum, LabelSet, MetricSet, RegisterError,
    Registry, StateSet, Summary, UpDownGauge,
};
use metricset_tests::judge::{Judge, promtool_lints};

#[derive(Clone, Copy, LabelEnum)]
enum Transport {
    Quic,
    H2,
}

#[derive(LabelSet)]
struct Connection {
    transport: Transport,
    encrypted: bool,
}

#[derive(LabelSet)]
struct Client<'a> {
    client_id: &'a str,
    shard: u8,
}

#[derive(LabelSet)]
struct Build<'a> {
    version: &'a str,
    revision: &'a str,
}

#[derive(Clone, Copy, LabelEnum)]
enum Phase {
    Starting,
    Running,
}

/// Every metric type.
#[derive(MetricSet)]
#[metrics(prefix = "app", register = false)]
struct App {
    /// What is running.
    build_info: Info<Build<'static>>,
    /// Time spent working.
    busy_seconds_total: Counter<f64>,
    /// Bytes sent by client.
    client_bytes_total: Family<Client<'static>, Counter>,
    /// Connections made.
    connections_total: Family<Connection, Counter>,
    /// Requests in flight.
    in_flight: UpDownGauge,
    /// Part of the memory in use.
    memory_ratio: Gauge<f64>,
    /// What it is doing.
    phase: StateSet<Phase>,
    /// Time to be taken up.
    #[metric(quantiles = [0, 0.00001, 0.5, 1])]
    queue_seconds: Summary<Duration>,
    /// Size of a reply by transport.
    #[metric(quantiles = [0.5, 0.99])]
    reply_size_bytes: Family<Way, Summary>,
    /// Time to answer.
    #[metric(buckets = [0.00001, 0.5, 2.0, 1e6])]
    response_seconds: Histogram,
    /// Size of an answer by transport.
    #[metric(buckets = [64.0, 1024.0])]
    response_size_bytes: Family<Way, Histogram>,
    /// Threads.
    threads: Gauge,
    /// Time to connect.
    #[metric(buckets = [0.25])]
    wait_seconds: Histogram<Duration>,
}

#[derive(LabelSet)]
struct Way {
    transport: Transport,
}

fn app() -> Registry {
    let registry = Registry::new();
    let app: App = registry.register().expect("nothing clashes");
    app.build_info.set(Build {
        version: "1.2.3",
        revision: "",
    });
    app.busy_seconds_total.inc_by(1.5);
    app.client_bytes_total
        .with(Client {
            client_id: "naïve \"client\" \\ \n",
            shard: 7,
        })
        .inc_by(1024);
    app.connections_total
        .with(Connection {
            transport: Transport::H2,
            encrypted: true,
        })
        .inc_by(2);
    app.in_flight.inc();
    app.memory_ratio.set(0.25);
    app.phase.set(Phase::Running);
    app.reply_size_bytes
        .with(Way {
            transport: Transport::H2,
        })
        .observe(1025.0);
    for seconds in [0.000_01, 0.25, 0.5, 3.0, 2e6] {
        app.response_seconds.observe(seconds);
    }
    app.response_size_bytes
        .with(Way {
            transport: Transport::Quic,
        })
        .observe(1025.0);
    app.threads.set(-3);
    app.wait_seconds.observe(Duration::from_millis(250));
    registry
}

fn encoded(registry: &Registry, format: Format) -> String {
    let mut exposition = String::new();
    encode(registry, format, &mut exposition);
    exposition
}

#[test]
fn every_type_as_text() {
    let exposition = encoded(&app(), Format::PrometheusText);
    assert_eq!(exposition, include_str!("every_type.prom"));
    Judge::start().parse(Format::PrometheusText, &exposition);
    assert_eq!(promtool_lints(&exposition), "");
}

#[test]
fn every_type_as_openmetrics() {
    let exposition = encoded(&app(), Format::OpenMetrics);
    assert_eq!(exposition, include_str!("every_type.openmetrics"));
    Judge::start().parse(Format::OpenMetrics, &exposition);
}

/// Checks both expositions of a set that was just registered and updated.
#[track_caller]
fn check<S: MetricSet>(update: impl FnOnce(S), text: &str, openmetrics: &str) {
    let registry = Registry::new();
    update(registry.register().expect("nothing clashes"));
    let mut judge = Judge::start();
    for (format, expected) in [
        (Format::PrometheusText, text),
        (Format::OpenMetrics, openmetrics),
    ] {
        let exposition = encoded(&registry, format);
        assert_eq!(exposition, expected);
        judge.parse(format, &exposition);
    }
    // Legacy names break its lints, but must not break its parser.
    let _lints = promtool_lints(text);
}

#[test]
fn an_empty_registry() {
    assert_eq!(encoded(&Registry::new(), Format::PrometheusText), "");
    assert_eq!(encoded(&Registry::new(), Format::OpenMetrics), "# EOF\n");
}

#[test]
fn legacy_names() {
    /// Names that OpenMetrics would not have.
    #[derive(MetricSet)]
    #[metrics(
        register = false,
        allow(
            counter_without_total,
            total_on_non_counter,
            reserved_suffix,
            unit_mismatch
        )
    )]
    struct Legacy {
        /// A counter without suffix.
        errors: Counter,
        /// Beside its histogram.
        latency_created: Gauge,
        /// A histogram.
        #[metric(buckets = [1.0])]
        latency: Histogram,
        /// Beside a counter.
        jobs: Gauge,
        /// A counter whose stem is taken.
        jobs_total: Counter,
        /// A unit that does not show.
        #[metric(unit = "seconds")]
        lag: Gauge,
        /// A gauge that looks like a counter.
        routes_total: Gauge,
        /// A gauge that looks like a bucket.
        size_bucket: Gauge,
        /// A gauge that looks like a count.
        size_count: Gauge,
        /// A gauge that looks like an info.
        size_info: Gauge,
    }
    check(
        |_: Legacy| {},
        "\
# HELP errors A counter without suffix.
# TYPE errors counter
errors 0
# HELP jobs Beside a counter.
# TYPE jobs gauge
jobs 0
# HELP jobs_total A counter whose stem is taken.
# TYPE jobs_total counter
jobs_total 0
# HELP lag A unit that does not show.
# TYPE lag gauge
lag 0
# HELP latency A histogram.
# TYPE latency histogram
latency_bucket{le=\"1.0\"} 0
latency_bucket{le=\"+Inf\"} 0
latency_sum 0.0
latency_count 0
# HELP latency_created Beside its histogram.
# TYPE latency_created gauge
latency_created 0
# HELP routes_total A gauge that looks like a counter.
# TYPE routes_total gauge
routes_total 0
# HELP size_bucket A gauge that looks like a bucket.
# TYPE size_bucket gauge
size_bucket 0
# HELP size_count A gauge that looks like a count.
# TYPE size_count gauge
size_count 0
# HELP size_info A gauge that looks like an info.
# TYPE size_info gauge
size_info 0
",
        "\
# TYPE errors unknown
# HELP errors A counter without suffix.
errors 0
# TYPE jobs gauge
# HELP jobs Beside a counter.
jobs 0
# TYPE jobs_total unknown
# HELP jobs_total A counter whose stem is taken.
jobs_total 0
# TYPE lag gauge
# HELP lag A unit that does not show.
lag 0
# TYPE latency histogram
# HELP latency A histogram.
latency_bucket{le=\"1.0\"} 0
latency_bucket{le=\"+Inf\"} 0
latency_sum 0.0
latency_count 0
# TYPE latency_created_value gauge
# HELP latency_created_value Beside its histogram.
latency_created_value 0
# TYPE routes_total gauge
# HELP routes_total A gauge that looks like a counter.
routes_total 0
# TYPE size_bucket gauge
# HELP size_bucket A gauge that looks like a bucket.
size_bucket 0
# TYPE size_count gauge
# HELP size_count A gauge that looks like a count.
size_count 0
# TYPE size_info gauge
# HELP size_info A gauge that looks like an info.
size_info 0
# EOF
",
    );
}

#[test]
fn sums_that_go_down() {
    /// Histograms of temperatures.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Weather {
        /// Below zero is expected.
        #[metric(buckets = [-10.0, 0.0, 10.0])]
        inside_celsius: Histogram,
        /// Below zero was not expected.
        #[metric(buckets = [10.0])]
        outside_celsius: Histogram,
    }
    check(
        |weather: Weather| {
            weather.inside_celsius.observe(20.0);
            weather.outside_celsius.observe(-20.0);
        },
        "\
# HELP inside_celsius Below zero is expected.
# TYPE inside_celsius histogram
inside_celsius_bucket{le=\"-10.0\"} 0
inside_celsius_bucket{le=\"0.0\"} 0
inside_celsius_bucket{le=\"10.0\"} 0
inside_celsius_bucket{le=\"+Inf\"} 1
inside_celsius_sum 20.0
inside_celsius_count 1
# HELP outside_celsius Below zero was not expected.
# TYPE outside_celsius histogram
outside_celsius_bucket{le=\"10.0\"} 1
outside_celsius_bucket{le=\"+Inf\"} 1
outside_celsius_sum -20.0
outside_celsius_count 1
",
        "\
# TYPE inside_celsius histogram
# UNIT inside_celsius celsius
# HELP inside_celsius Below zero is expected.
inside_celsius_bucket{le=\"-10.0\"} 0
inside_celsius_bucket{le=\"0.0\"} 0
inside_celsius_bucket{le=\"10.0\"} 0
inside_celsius_bucket{le=\"+Inf\"} 1
# TYPE outside_celsius histogram
# UNIT outside_celsius celsius
# HELP outside_celsius Below zero was not expected.
outside_celsius_bucket{le=\"10.0\"} 1
outside_celsius_bucket{le=\"+Inf\"} 1
# EOF
",
    );
}

#[test]
fn summaries_of_what_is_negative() {
    /// Summaries of temperatures.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Weather {
        /// Cold at times.
        #[metric(quantiles = [0, 1])]
        inside_celsius: Summary,
        /// Cold.
        #[metric(quantiles = [0, 1])]
        outside_celsius: Summary,
    }
    check(
        |weather: Weather| {
            weather.inside_celsius.observe(-1.5);
            weather.inside_celsius.observe(20.0);
            weather.outside_celsius.observe(-20.0);
        },
        "\
# HELP inside_celsius Cold at times.
# TYPE inside_celsius summary
inside_celsius{quantile=\"0.0\"} -1.5
inside_celsius{quantile=\"1.0\"} 20.0
inside_celsius_sum 18.5
inside_celsius_count 2
# HELP outside_celsius Cold.
# TYPE outside_celsius summary
outside_celsius{quantile=\"0.0\"} -20.0
outside_celsius{quantile=\"1.0\"} -20.0
outside_celsius_sum -20.0
outside_celsius_count 1
",
        "\
# TYPE inside_celsius summary
# UNIT inside_celsius celsius
# HELP inside_celsius Cold at times.
inside_celsius{quantile=\"1.0\"} 20.0
inside_celsius_sum 18.5
inside_celsius_count 2
# TYPE outside_celsius summary
# UNIT outside_celsius celsius
# HELP outside_celsius Cold.
# EOF
",
    );
}

#[test]
fn numbers_at_the_edge() {
    /// Numbers.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Numbers {
        /// The largest integer.
        counter_a_total: Counter,
        /// The largest float.
        counter_b_total: Counter<f64>,
        /// The smallest integer.
        gauge_a: Gauge,
        /// Infinite.
        gauge_b: Gauge<f64>,
        /// Infinite, below zero.
        gauge_c: Gauge<f64>,
        /// Not a number.
        gauge_d: Gauge<f64>,
        /// The smallest float.
        gauge_e: Gauge<f64>,
        /// Zero from below.
        gauge_f: Gauge<f64>,
    }
    let samples = "\
counter_a_total 18446744073709551615
counter_b_total 1.7976931348623157e+308
gauge_a -9223372036854775808
gauge_b +Inf
gauge_c -Inf
gauge_d NaN
gauge_e 5e-324
gauge_f -0.0
";
    let registry = Registry::new();
    let numbers: Numbers = registry.register().unwrap();
    numbers.counter_a_total.inc_by(u64::MAX);
    numbers.counter_a_total.inc();
    numbers.counter_b_total.inc_by(f64::MAX);
    numbers.gauge_a.set(i64::MIN);
    numbers.gauge_b.set(f64::INFINITY);
    numbers.gauge_c.set(f64::NEG_INFINITY);
    numbers.gauge_d.set(f64::NAN);
    numbers.gauge_e.set(5e-324);
    numbers.gauge_f.set(-0.0);
    let mut judge = Judge::start();
    for format in [Format::PrometheusText, Format::OpenMetrics] {
        let exposition = encoded(&registry, format);
        let lines: String = exposition
            .split_inclusive('\n')
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert_eq!(lines, samples);
        let parsed = judge.parse(format, &exposition);
        let values: Vec<_> = parsed
            .iter()
            .flat_map(|family| &family.samples)
            .map(|sample| sample.value().to_bits())
            .collect();
        assert_eq!(
            values,
            [
                u64::MAX as f64,
                f64::MAX,
                i64::MIN as f64,
                f64::INFINITY,
                f64::NEG_INFINITY,
                f64::NAN,
                5e-324,
                -0.0
            ]
            .map(f64::to_bits)
        );
    }
}

#[test]
fn constant_labels_come_first() {
    /// Queries.
    #[derive(MetricSet)]
    #[metrics(prefix = "db", register = false, labels(engine = "b\"tree"))]
    struct Db {
        /// Queries.
        queries_total: Family<Way, Counter>,
        /// Time a query took.
        #[metric(buckets = [1.0])]
        query_seconds: Histogram,
    }
    let registry = Registry::new();
    for role in ["primary", "replica"] {
        let _db: Db = registry.set().label("role", role).register().unwrap();
    }
    let exposition = encoded(&registry, Format::PrometheusText);
    assert_eq!(
        exposition,
        "\
# HELP db_queries_total Queries.
# TYPE db_queries_total counter
db_queries_total{role=\"primary\",engine=\"b\\\"tree\",transport=\"quic\"} 0
db_queries_total{role=\"primary\",engine=\"b\\\"tree\",transport=\"h2\"} 0
db_queries_total{role=\"replica\",engine=\"b\\\"tree\",transport=\"quic\"} 0
db_queries_total{role=\"replica\",engine=\"b\\\"tree\",transport=\"h2\"} 0
# HELP db_query_seconds Time a query took.
# TYPE db_query_seconds histogram
db_query_seconds_bucket{role=\"primary\",engine=\"b\\\"tree\",le=\"1.0\"} 0
db_query_seconds_bucket{role=\"primary\",engine=\"b\\\"tree\",le=\"+Inf\"} 0
db_query_seconds_sum{role=\"primary\",engine=\"b\\\"tree\"} 0.0
db_query_seconds_count{role=\"primary\",engine=\"b\\\"tree\"} 0
db_query_seconds_bucket{role=\"replica\",engine=\"b\\\"tree\",le=\"1.0\"} 0
db_query_seconds_bucket{role=\"replica\",engine=\"b\\\"tree\",le=\"+Inf\"} 0
db_query_seconds_sum{role=\"replica\",engine=\"b\\\"tree\"} 0.0
db_query_seconds_count{role=\"replica\",engine=\"b\\\"tree\"} 0
"
    );
    let mut judge = Judge::start();
    judge.parse(Format::PrometheusText, &exposition);
    judge.parse(
        Format::OpenMetrics,
        &encoded(&registry, Format::OpenMetrics),
    );
}

#[test]
fn a_constant_label_is_not_the_label_of_a_state() {
    let registry = Registry::new();
    let set = registry.set::<App>().label("app_phase", "x");
    let error = set.register().map(|_| ()).unwrap_err();
    assert!(
        matches!(error, RegisterError::DuplicateLabel { .. }),
        "{error:?}"
    );
}

#[test]
fn families_without_series_or_help() {
    /// Nothing yet.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Empty {
        /// Set later.
        build_info: Info<Build<'static>>,
        /// By client.
        bytes_total: Family<Client<'static>, Counter>,
        #[metric(allow(missing_help))]
        helpless: Gauge,
        /// Only what was touched.
        #[metric(sparse)]
        ways_total: Family<Way, Counter>,
    }
    check(
        |empty: Empty| {
            empty
                .ways_total
                .with(Way {
                    transport: Transport::H2,
                })
                .inc();
        },
        "\
# HELP build_info Set later.
# TYPE build_info gauge
# HELP bytes_total By client.
# TYPE bytes_total counter
# TYPE helpless gauge
helpless 0
# HELP ways_total Only what was touched.
# TYPE ways_total counter
ways_total{transport=\"h2\"} 1
",
        "\
# TYPE build info
# HELP build Set later.
# TYPE bytes counter
# HELP bytes By client.
# TYPE helpless gauge
helpless 0
# TYPE ways counter
# HELP ways Only what was touched.
ways_total{transport=\"h2\"} 1
# EOF
",
    );
}

#[test]
fn help_is_escaped_by_the_rule_of_its_format() {
    /// Help.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Help {
        #[metric(help = "a \\ b \n c \"d\" e \r f")]
        hostile: Gauge,
    }
    check(
        |_: Help| {},
        "# HELP hostile a \\\\ b \\n c \"d\" e \r f\n# TYPE hostile gauge\nhostile 0\n",
        "# TYPE hostile gauge\n# HELP hostile a \\\\ b \\n c \\\"d\\\" e \r f\nhostile 0\n# EOF\n",
    );
}
