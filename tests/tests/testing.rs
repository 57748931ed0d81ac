//! Assertions for the tests of users.
#![forbid(unsafe_code)]
#![allow(missing_docs, clippy::unwrap_used, reason = "helpers of tests")]

use std::ffi::OsStr;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::{Command, Output};

use metricset::testing::{
    Snapshot, UPDATE, assert_catalog, assert_rules, assert_touched, catalog, snapshot,
};
use metricset::{
    Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet, Registry, Summary,
    UpDownGauge,
};

#[derive(Clone, Copy, LabelEnum)]
enum Outcome {
    Ok,
    Failed,
}

#[derive(LabelSet)]
struct Login {
    outcome: Outcome,
}

/// Logins.
#[derive(MetricSet)]
#[metrics(prefix = "auth")]
struct Auth {
    /// Logins, by outcome.
    logins_total: Family<Login, Counter>,
    /// Sessions that are open.
    sessions: Gauge,
    /// Time to check a password.
    #[metric(buckets = [0.1, 1.0])]
    check_duration_seconds: Histogram,
}

#[metricset::instrument_metric(objective(success = 99.5, latency = (0.25, 99)))]
fn check_password() {}

static AUTH: Auth = Auth::global();

#[test]
fn a_snapshot_tells_what_moved() {
    let before = snapshot();
    let failed = Login {
        outcome: Outcome::Failed,
    };
    AUTH.logins_total.with(failed).inc_by(2);
    AUTH.sessions.set(-3);
    AUTH.check_duration_seconds.observe(0.5);
    let delta = |name, labels: &[(&str, &str)]| before.delta_of(name, labels);
    assert_eq!(delta("auth_logins_total", &[("outcome", "failed")]), 2.0);
    assert_eq!(delta("auth_logins_total", &[("outcome", "ok")]), 0.0);
    assert_eq!(delta("auth_sessions", &[]), -3.0);
    assert_eq!(delta("auth_check_duration_seconds", &[]), 1.0);
    assert!(catch_unwind(|| before.delta_of("auth_login_total", &[])).is_err());
}

#[derive(LabelSet)]
struct Client<'a> {
    client_id: &'a str,
    outcome: Outcome,
}

/// Every kind of series.
#[derive(MetricSet)]
#[metrics(prefix = "kinds", register = false)]
struct Kinds {
    /// Time spent.
    busy_seconds_total: Counter<f64>,
    /// How full.
    fill_ratio: Gauge<f64>,
    /// In flight.
    in_flight: UpDownGauge,
    /// Sizes.
    #[metric(buckets = [1, 10])]
    size_bytes: Histogram,
    /// Waits by outcome.
    #[metric(quantiles = [0.5])]
    wait_seconds: Family<Login, Summary>,
    /// Logins.
    logins_total: Family<Login, Counter>,
    /// Logins, where there were any.
    #[metric(sparse)]
    seen_total: Family<Login, Counter>,
    /// Logins by client.
    #[metric(max_series = 2)]
    client_logins_total: Family<Client<'static>, Counter>,
}

#[test]
fn a_handle_tells_its_series() {
    let registry = Registry::new();
    let kinds: Kinds = registry.set().label("role", "primary").register().unwrap();
    let replica: Kinds = registry.set().label("role", "replica").register().unwrap();
    let failed = || Login {
        outcome: Outcome::Failed,
    };
    let of = |client_id| {
        kinds.client_logins_total.with(Client {
            client_id,
            outcome: Outcome::Ok,
        })
    };
    of("a").inc_by(5);
    kinds.in_flight.inc();

    let before = Snapshot::of(&registry);
    kinds.busy_seconds_total.inc_by(0.5);
    kinds.fill_ratio.set(-0.25);
    kinds.in_flight.dec();
    kinds.size_bytes.observe(3.0);
    kinds.size_bytes.observe(30.0);
    for seconds in [1.0, 2.0, 3.0] {
        kinds.wait_seconds.with(failed()).observe(seconds);
    }
    kinds.logins_total.with(failed()).inc();
    kinds.seen_total.with(failed()).inc_by(4);
    of("a").inc();
    of("b").inc_by(2);
    of("c").inc_by(3);
    of("d").inc_by(4);

    assert_eq!(before.delta(&kinds.busy_seconds_total), 0.5);
    assert_eq!(before.delta(&kinds.fill_ratio), -0.25);
    assert_eq!(before.delta(&kinds.in_flight), -1);
    assert_eq!(before.delta(&kinds.size_bytes), 2);
    assert_eq!(before.delta(&kinds.wait_seconds.with(failed())), 3);
    assert_eq!(before.delta(&kinds.logins_total.with(failed())), 1);
    assert_eq!(before.delta(&kinds.seen_total.with(failed())), 4);
    assert_eq!(before.delta(&of("a")), 1);
    assert_eq!(before.delta(&of("b")), 2);
    assert_eq!(before.delta(&of("c")), 7, "the overflow series");
    assert_eq!(before.delta(&replica.logins_total.with(failed())), 0);

    let removed = of("a");
    kinds.client_logins_total.clear();
    let panic = catch_unwind(|| before.delta(&removed)).unwrap_err();
    let message = panic.downcast_ref::<&str>().unwrap();
    assert!(message.ends_with("or was removed"), "{message}");
    assert!(catch_unwind(|| before.delta(&AUTH.sessions)).is_err());
}

#[test]
fn families_that_nothing_updates_are_refused() {
    /// Sessions.
    #[derive(MetricSet)]
    #[metrics(prefix = "session", register = false)]
    struct Sessions {
        /// Sessions opened.
        opened_total: Counter,
        /// Sessions that were cut off.
        cut_total: Counter,
    }

    let registry = Registry::new();
    let sessions: Sessions = registry.register().unwrap();
    let refused = |allowed: &[&str]| {
        let allowed = allowed.to_vec();
        let panic = catch_unwind(|| assert_touched(&registry, &allowed)).err()?;
        panic.downcast_ref::<String>().cloned()
    };
    sessions.opened_total.inc();
    let message = refused(&[]).unwrap();
    assert!(
        message.contains("`session_cut_total`, declared at "),
        "{message}"
    );
    assert!(!message.contains("session_opened_total"), "{message}");
    assert_eq!(refused(&["session_cut_total"]), None);
    sessions.cut_total.inc();
    let message = refused(&["session_cut_total"]).unwrap();
    assert!(message.contains("take it off the list"), "{message}");
    assert_eq!(refused(&[]), None);
}

#[test]
fn rules_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let rules = |expr: &str| {
        let file = folder.path().join("alerts.yml");
        let text = format!(
            "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: {expr}\n    annotations:\n      summary: on {{{{ $labels.instance }}}}\n"
        );
        fs::write(&file, text).unwrap();
        let panic = catch_unwind(|| assert_rules(&file)).err()?;
        panic.downcast_ref::<String>().cloned()
    };
    let ratio = "sum by (instance) (rate(auth_logins_total{outcome=\"failed\"}[5m])) / sum by (instance) (rate(auth_logins_total[5m])) > 0.1";
    assert_eq!(rules(ratio), None);
    let message = rules("rate(auth_sessions[5m]) > 1").unwrap();
    assert!(
        message.contains("`auth_sessions` is a gauge [rate_of_gauge]"),
        "{message}"
    );
    let message = rules("rate(auth_login_total[5m]) > 1").unwrap();
    assert!(
        message.contains("the nearest name is `auth_logins_total`"),
        "{message}"
    );
}

#[test]
fn the_catalogue_of_a_test_is_that_of_the_program() {
    let catalog = catalog().unwrap();
    let (set, family) = catalog
        .families()
        .find(|(_, family)| family.name == "auth_logins_total")
        .unwrap();
    assert_eq!(set.name, "Auth");
    assert_eq!(family.closed_series(), Some(2));
    assert!(family.file.ends_with("testing.rs"));

    check_password();
    let function = &catalog.functions[0];
    assert_eq!(
        (function.name.as_str(), function.module.as_str()),
        ("check_password", "testing")
    );
    assert_eq!(function.success_objective, Some(99.5));
    assert_eq!(function.latency_objective, Some((0.25, 99.0)));
    let (_, calls) = catalog
        .families()
        .find(|(_, family)| family.name == "function_calls_total")
        .unwrap();
    assert_eq!(
        calls.closed_series(),
        Some(4),
        "one function, four outcomes"
    );
}

/// What the child below holds its linked sets against.
const LOCK: &str = "METRICSET_TEST_LOCK";

#[test]
fn the_lock_file_is_written_compared_and_refused() {
    if let Some(path) = std::env::var_os(LOCK) {
        assert_catalog(path);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let lock = folder.path().join("metrics.lock");
    let missing = child(&lock, "0");
    assert!(!missing.status.success());
    assert!(
        said(&missing).contains("`METRICSET_UPDATE=1`"),
        "{}",
        said(&missing)
    );

    assert!(child(&lock, "1").status.success());
    assert!(child(&lock, "0").status.success());

    let text = fs::read_to_string(&lock).unwrap();
    fs::write(&lock, text.replace("\"failed\"", "\"refused\"")).unwrap();
    let changed = child(&lock, "0");
    assert!(!changed.status.success());
    let said = said(&changed);
    assert!(said.contains("lost the value `refused`"), "{said}");
    assert!(said.contains("has a new value `failed`"), "{said}");
}

/// The variable is read once more in a process of its own: changing it here would change it for every test.
fn child(lock: &Path, update: &str) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "the_lock_file_is_written_compared_and_refused",
            "--nocapture",
        ])
        .env(LOCK, lock)
        .env(UPDATE, OsStr::new(update))
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
