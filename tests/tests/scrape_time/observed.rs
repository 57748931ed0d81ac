//! Closures and what they give.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use metricset::encode::{Format, encode};
use metricset::testing::snapshot;
use metricset::{
    Counter, Family, Gauge, Histogram, HistogramReading, LabelEnum, LabelSet, MetricSet, Observed,
    Optional, Registry, Summary, SummaryReading,
};
use metricset_tests::judge::{Judge, promtool_lints};

use crate::{exposition, patient, samples};

#[derive(Clone, Copy, LabelEnum)]
enum Code {
    #[label(rename = "200")]
    Ok,
    #[label(rename = "503")]
    Unavailable,
}

#[derive(LabelSet)]
struct Answer {
    code: Code,
}

#[derive(LabelSet)]
struct User<'a> {
    user: &'a str,
    admin: bool,
}

/// One of each.
#[derive(MetricSet)]
#[metrics(prefix = "pool", register = false, labels(zone = "a"))]
struct Pool {
    /// Connections.
    connections: Observed<Gauge>,
    /// Part in use.
    fill_ratio: Observed<Gauge<f64>>,
    /// Connections that were made.
    opened_total: Observed<Counter>,
    /// Time spent waiting.
    wait_seconds_total: Observed<Counter<f64>>,
    /// Time that connections were held.
    #[metric(buckets = [0.1, 1])]
    held_seconds: Observed<Histogram>,
    /// Pauses.
    #[metric(quantiles = [0, 0.5, 1])]
    pause_seconds: Observed<Summary>,
    /// Answers, by code.
    answers_total: Observed<Family<Answer, Counter>>,
    /// Sessions, by user.
    user_sessions: Observed<Family<User<'static>, Gauge>>,
    /// Recorded.
    errors_total: Counter,
}

fn install(pool: &Pool) {
    pool.connections.read_with(|| -3);
    pool.fill_ratio.read_with(|| f64::NAN);
    pool.opened_total.read_with(|| u64::MAX);
    pool.wait_seconds_total.read_with(|| 0.5);
    pool.held_seconds.read_with(|| HistogramReading {
        counts: vec![3, 0, 1],
        sum: 9.5,
    });
    pool.pause_seconds.read_with(|| SummaryReading {
        quantiles: vec![4.7e-5, f64::NAN, 0.25],
        sum: 0.5,
        count: 22,
    });
    pool.answers_total.read_with(|series| {
        series.push(Answer { code: Code::Ok }, 7);
    });
    pool.user_sessions.read_with(|series| {
        for (user, admin) in [("eve\"\\\n", false), ("bob", true), ("bob", false)] {
            series.push(User { user, admin }, 2);
        }
    });
}

#[test]
fn every_type_is_exposed() {
    let registry = patient();
    let pool: Pool = registry.register().unwrap();
    install(&pool);
    pool.errors_total.inc();
    let expected = [
        "pool_answers_total{zone=\"a\",code=\"200\"} 7",
        "pool_connections{zone=\"a\"} -3",
        "pool_errors_total{zone=\"a\"} 1",
        "pool_fill_ratio{zone=\"a\"} NaN",
        "pool_held_seconds_bucket{zone=\"a\",le=\"0.1\"} 3",
        "pool_held_seconds_bucket{zone=\"a\",le=\"1.0\"} 3",
        "pool_held_seconds_bucket{zone=\"a\",le=\"+Inf\"} 4",
        "pool_held_seconds_sum{zone=\"a\"} 9.5",
        "pool_held_seconds_count{zone=\"a\"} 4",
        "pool_opened_total{zone=\"a\"} 18446744073709551615",
        "pool_pause_seconds{zone=\"a\",quantile=\"0.0\"} 0.000047",
        "pool_pause_seconds{zone=\"a\",quantile=\"0.5\"} NaN",
        "pool_pause_seconds{zone=\"a\",quantile=\"1.0\"} 0.25",
        "pool_pause_seconds_sum{zone=\"a\"} 0.5",
        "pool_pause_seconds_count{zone=\"a\"} 22",
        "pool_user_sessions{zone=\"a\",user=\"eve\\\"\\\\\\n\",admin=\"false\"} 2",
        "pool_user_sessions{zone=\"a\",user=\"bob\",admin=\"true\"} 2",
        "pool_user_sessions{zone=\"a\",user=\"bob\",admin=\"false\"} 2",
        "pool_wait_seconds_total{zone=\"a\"} 0.5",
    ];
    assert_eq!(samples(&registry), expected);
    assert_eq!(registry.size().families, 9);
    assert_eq!(registry.size().series, 11);
    assert_eq!(promtool_lints(&exposition(&registry)), "");
}

#[test]
fn foreign_parsers_agree() {
    let registry = patient();
    install(&registry.register::<Pool>().unwrap());
    let mut judge = Judge::start();
    for format in [Format::PrometheusText, Format::OpenMetrics] {
        let mut text = String::new();
        encode(&registry, format, &mut text);
        let families = judge.parse(format, &text);
        let named = |name: &str| {
            let found = families.iter().find(|family| family.name == name);
            found.unwrap_or_else(|| panic!("{name}\n{text}"))
        };
        assert_eq!(named("pool_user_sessions").metric_type, "gauge");
        assert_eq!(named("pool_user_sessions").samples.len(), 3);
        let user = &named("pool_user_sessions").samples[0].labels["user"];
        assert_eq!(user, "eve\"\\\n");
        assert_eq!(named("pool_opened").metric_type, "counter");
        assert_eq!(named("pool_opened").help, "Connections that were made.");
        assert_eq!(named("pool_wait_seconds").samples[0].value(), 0.5);
        assert_eq!(named("pool_pause_seconds").metric_type, "summary");
        assert_eq!(named("pool_pause_seconds").samples.len(), 5);
        assert_eq!(named("pool_held_seconds").metric_type, "histogram");
        assert_eq!(named("pool_held_seconds").samples.len(), 5);
    }
}

#[test]
fn nothing_is_exposed_before_a_closure_is_installed() {
    let registry = patient();
    let pool: Pool = registry.register().unwrap();
    assert_eq!(samples(&registry), ["pool_errors_total{zone=\"a\"} 0"]);
    assert!(!exposition(&registry).contains("pool_connections"));
    let untouched = |registry: &Registry| -> Vec<String> {
        let families = registry.untouched().into_iter();
        families.map(|family| family.name).collect()
    };
    assert_eq!(untouched(&registry).len(), 9);
    install(&pool);
    assert_eq!(untouched(&registry), ["pool_errors_total"]);
}

#[test]
fn a_closure_may_have_no_value() {
    let registry = patient();
    let pool: Pool = registry.register().unwrap();
    let connections = Arc::new(AtomicI64::new(4));
    let weak = Arc::downgrade(&connections);
    pool.connections
        .try_read_with(move || Some(weak.upgrade()?.load(Ordering::Relaxed)));
    assert_eq!(samples(&registry)[0], "pool_connections{zone=\"a\"} 4");
    drop(connections);
    assert_eq!(samples(&registry), ["pool_errors_total{zone=\"a\"} 0"]);
}

#[test]
fn a_new_closure_replaces_the_old() {
    let registry = patient();
    let pool: Pool = registry.register().unwrap();
    let held = Arc::new(());
    let by_closure = Arc::clone(&held);
    pool.connections.read_with(move || {
        let _ = &by_closure;
        1
    });
    assert_eq!(samples(&registry)[0], "pool_connections{zone=\"a\"} 1");
    pool.connections.read_with(|| 2);
    assert_eq!(samples(&registry)[0], "pool_connections{zone=\"a\"} 2");
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn every_scrape_asks_again_and_once() {
    let registry = patient();
    let pool: Pool = registry.register().unwrap();
    let calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&calls);
    pool.opened_total
        .read_with(move || counted.fetch_add(1, Ordering::Relaxed) + 1);
    for call in 1..=5 {
        let expected = format!("pool_opened_total{{zone=\"a\"}} {call}");
        assert!(samples(&registry).contains(&expected));
    }
    assert_eq!(calls.load(Ordering::Relaxed), 5);
}

#[test]
fn series_come_and_go_with_what_the_closure_gives() {
    let registry = patient();
    let pool: Pool = registry.register().unwrap();
    let online = Arc::new(AtomicI64::new(3));
    let now = Arc::clone(&online);
    pool.user_sessions.read_with(move |series| {
        for id in 0..now.load(Ordering::Relaxed) {
            let user = &format!("u{id}");
            series.push(User { user, admin: false }, id);
        }
    });
    let lines = |registry: &Registry| {
        let lines = samples(registry).into_iter();
        lines.filter(|line| line.contains("user=")).count()
    };
    assert_eq!(lines(&registry), 3);
    online.store(1, Ordering::Relaxed);
    assert_eq!(lines(&registry), 1);
}

#[test]
fn two_instances_have_closures_of_their_own() {
    let registry = patient();
    let [primary, _replica] = ["primary", "replica"].map(|role| -> Pool {
        let set = registry.set().label("role", role);
        set.register().unwrap()
    });
    primary.connections.read_with(|| 5);
    let expected = "pool_connections{role=\"primary\",zone=\"a\"} 5";
    assert_eq!(samples(&registry)[0], expected);
    assert!(samples(&registry)[1].starts_with("pool_errors_total"));
}

/// The queue.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Queue {
    /// Jobs waiting.
    jobs_waiting: Observed<Gauge>,
}

/// The server.
#[derive(MetricSet)]
#[metrics(prefix = "server", register = false)]
struct Server {
    #[metric(nested, prefix = "queue")]
    queue: Optional<Queue>,
}

#[test]
fn an_optional_set_is_asked_once_it_is_switched_on() {
    let registry = patient();
    let server: Server = registry.register().unwrap();
    server.queue.enable();
    let queue = server.queue.get().unwrap();
    queue.jobs_waiting.read_with(|| 6);
    assert_eq!(samples(&registry), ["server_queue_jobs_waiting 6"]);
    let off = patient();
    let _server: Server = off.register().unwrap();
    assert_eq!(off.size().families, 0);
}

/// Linked, for snapshots.
#[derive(MetricSet)]
#[metrics(prefix = "observed_linked")]
struct Linked {
    /// Files open.
    files_open: Observed<Gauge>,
}

static LINKED: Linked = Linked::global();

#[test]
fn a_snapshot_tells_how_far_it_moved() {
    static FILES: AtomicI64 = AtomicI64::new(2);
    let before = snapshot();
    LINKED
        .files_open
        .read_with(|| FILES.load(Ordering::Relaxed));
    assert_eq!(before.delta_of("observed_linked_files_open", &[]), 2.0);
    let before = snapshot();
    FILES.store(9, Ordering::Relaxed);
    assert_eq!(before.delta_of("observed_linked_files_open", &[]), 7.0);
}

#[test]
fn they_are_served_through_prometheus_client() {
    let ours = patient();
    install(&ours.register::<Pool>().unwrap());
    let mut theirs = prometheus_client::registry::Registry::default();
    theirs.register_collector(Box::new(ours));
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &theirs).unwrap();
    assert!(text.contains("pool_connections{zone=\"a\"} -3\n"), "{text}");
    let answers = "pool_answers_total{zone=\"a\",code=\"200\"} 7\n";
    assert!(text.contains(answers), "{text}");
    assert!(text.contains("pool_pause_seconds_count{zone=\"a\"} 22\n"));
}
