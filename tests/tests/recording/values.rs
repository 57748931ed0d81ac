//! Values at the edge: what cannot be exposed is dropped and counted, what is too large stays at the largest.

use std::time::Duration;

use metricset::{
    Counter, Gauge, Histogram, Info, LabelEnum, LabelSet, MetricSet, Registry, StateSet,
    UpDownGauge,
};

use super::samples;

#[derive(Clone, Copy, LabelEnum)]
enum Phase {
    Starting,
    Running,
    Draining,
}

#[derive(LabelSet)]
struct Build<'a> {
    version: &'a str,
}

/// One metric of each type.
#[derive(Debug, MetricSet)]
#[metrics(prefix = "values", register = false)]
struct Values {
    /// Whole.
    events_total: Counter,
    /// In parts.
    busy_seconds_total: Counter<f64>,
    /// Whole.
    level: Gauge,
    /// In parts.
    fill_ratio: Gauge<f64>,
    /// Moved.
    open: UpDownGauge,
    /// Floats.
    #[metric(buckets = [-1, 0, 1])]
    offset: Histogram,
    /// Durations.
    #[metric(buckets = [0.001, 1.0])]
    wait_seconds: Histogram<Duration>,
    /// What is running.
    build_info: Info<Build<'static>>,
    /// What it does.
    phase: StateSet<Phase>,
}

fn values() -> (Registry, Values) {
    let registry = Registry::new();
    let values = registry.register().unwrap();
    (registry, values)
}

/// How often updates were dropped for a reason, in the whole program.
fn dropped(reason: &str) -> u64 {
    let start = format!("metricset_dropped_updates_total{{reason=\"{reason}\"}} ");
    samples(&Registry::linked().unwrap())
        .iter()
        .find_map(|line| line.strip_prefix(&start)?.parse().ok())
        .unwrap()
}

#[test]
fn counters_stay_at_the_largest_value() {
    let (_, values) = values();
    values.events_total.inc_by(u64::MAX - 1);
    values.events_total.inc_by(7);
    values.events_total.inc();
    assert_eq!(values.events_total.get(), u64::MAX);
}

#[test]
fn a_counter_takes_no_value_that_would_make_it_go_down_or_be_no_number() {
    let (_, values) = values();
    values.busy_seconds_total.inc_by(0.5);
    let before = (dropped("negative"), dropped("not_finite"));
    values.busy_seconds_total.inc_by(-1.0);
    for n in [f64::NAN, f64::INFINITY] {
        values.busy_seconds_total.inc_by(n);
    }
    values.busy_seconds_total.inc_by(f64::NEG_INFINITY);
    values.busy_seconds_total.inc_by(0.25);
    assert_eq!(
        values.busy_seconds_total.get().to_bits(),
        0.75_f64.to_bits()
    );
    // At least, since other tests of this program drop updates too.
    let after = (dropped("negative"), dropped("not_finite"));
    assert!(
        after.0 >= before.0 + 2 && after.1 >= before.1 + 2,
        "{before:?} {after:?}"
    );
}

#[test]
fn a_set_shows_its_values_for_debugging() {
    let (_, values) = values();
    values.events_total.inc_by(3);
    values.open.dec();
    values.phase.set(Phase::Draining);
    let shown = format!("{values:?}");
    for part in [
        "events_total: Counter(3)",
        "open: UpDownGauge(-1)",
        r#"phase: {"draining"}"#,
    ] {
        assert!(shown.contains(part), "{shown}");
    }
}

#[test]
fn gauges_are_set_and_moved_and_stay_in_range() {
    let (_, values) = values();
    values.level.set(i64::MAX);
    values.level.inc();
    assert_eq!(values.level.get(), i64::MAX);
    values.level.set(-5);
    values.level.dec_by(i64::MAX);
    values.level.dec();
    values.level.dec_by(10);
    assert_eq!(values.level.get(), i64::MIN);
    values.fill_ratio.set(0.5);
    values.fill_ratio.inc_by(0.25);
    values.fill_ratio.dec_by(0.5);
    assert_eq!(values.fill_ratio.get().to_bits(), 0.25_f64.to_bits());
}

#[test]
fn a_thread_may_subtract_what_another_added() {
    let (_, values) = values();
    values.open.inc_by(3);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| values.open.dec());
        }
    });
    assert_eq!(values.open.get(), 0);
    values.open.inc_by(-4);
    values.open.dec_by(-1);
    assert_eq!(values.open.get(), -3);
}

#[test]
fn bounds_are_inclusive_and_the_count_is_the_sum_of_the_buckets() {
    let (registry, values) = values();
    let before = dropped("not_finite");
    for value in [-1.5, -1.0, -0.0, 0.5, 1.0, 1.5, f64::MAX] {
        values.offset.observe(value);
    }
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        values.offset.observe(value);
    }
    let snapshot = values.offset.snapshot();
    assert_eq!(snapshot.counts, [2, 1, 2, 2]);
    assert_eq!(snapshot.count(), 7);
    assert!(snapshot.sum.is_finite());
    assert!(dropped("not_finite") >= before + 3);
    assert!(samples(&registry).contains(&r#"values_offset_bucket{le="+Inf"} 7"#.to_owned()));
}

#[test]
fn durations_add_up_exactly() {
    let (_, values) = values();
    // A tenth of a second is no float; ten of them are one second.
    for _ in 0..10 {
        values.wait_seconds.observe(Duration::from_millis(100));
    }
    values.wait_seconds.observe(Duration::from_millis(1));
    let snapshot = values.wait_seconds.snapshot();
    assert_eq!(snapshot.sum.to_bits(), 1.001_f64.to_bits());
    assert_eq!(snapshot.counts, [1, 10, 0]);
    values.wait_seconds.observe(Duration::MAX);
    values.wait_seconds.observe(Duration::MAX);
    let snapshot = values.wait_seconds.snapshot();
    assert_eq!(snapshot.counts, [1, 10, 2]);
    assert!(snapshot.sum.is_finite());
}

#[test]
fn facts_are_exposed_once_they_are_known_and_replaced_as_a_whole() {
    let (registry, values) = values();
    let of_build = |registry: &Registry| -> Vec<String> {
        let mut samples = samples(registry);
        samples.retain(|line| line.starts_with("values_build_info"));
        samples
    };
    assert!(of_build(&registry).is_empty());
    for version in ["1.0", "1.1"] {
        values.build_info.set(Build { version });
    }
    assert_eq!(
        of_build(&registry),
        [r#"values_build_info{version="1.1"} 1"#]
    );
}

#[test]
fn states_are_exclusive_when_set_and_independent_when_enabled() {
    let (registry, values) = values();
    let of_phase = |registry: &Registry| -> Vec<String> {
        samples(registry)
            .iter()
            .filter_map(|line| line.strip_prefix("values_phase"))
            .map(str::to_owned)
            .collect()
    };
    values.phase.set(Phase::Starting);
    values.phase.set(Phase::Running);
    let [starting, running] =
        [Phase::Starting, Phase::Running].map(|phase| values.phase.is_active(phase));
    assert!(running && !starting);
    values.phase.enable(Phase::Draining);
    values.phase.disable(Phase::Running);
    assert_eq!(
        of_phase(&registry),
        [
            r#"{values_phase="starting"} 0"#,
            r#"{values_phase="running"} 0"#,
            r#"{values_phase="draining"} 1"#,
        ]
    );
}
