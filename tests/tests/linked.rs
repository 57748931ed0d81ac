//! What the linker registers: sets of this crate and of a dependency, used or not, in debug and in release.
#![forbid(unsafe_code)]

use metricset::{Counter, MetricSet, RegisterError, Registry};
// Nothing else names the crate, and a crate that nothing names is not linked.
use metricset_test_dependency as _;

/// Metrics of this test.
#[derive(MetricSet)]
#[metrics(prefix = "linked")]
struct LinkedMetrics {
    /// Things done.
    things_total: Counter,
}

static METRICS: LinkedMetrics = LinkedMetrics::global();

/// Made by hand where it is needed.
#[derive(MetricSet)]
#[metrics(prefix = "unlinked", register = false)]
#[expect(dead_code, reason = "only its absence is looked at")]
struct UnlinkedMetrics {
    /// Things not done.
    things_total: Counter,
}

fn names(registry: &Registry) -> Vec<String> {
    struct Names(Vec<String>);
    impl metricset::collect::Sink for Names {
        fn family(&mut self, head: &metricset::collect::FamilyHead<'_>) {
            self.0.push(head.name.to_owned());
        }
        fn series(
            &mut self,
            _: metricset::collect::SeriesLabels<'_>,
            _: metricset::collect::Value<'_>,
        ) {
        }
    }
    let mut names = Names(Vec::new());
    registry.collect(&mut names);
    names.0
}

#[test]
fn sets_of_this_crate_and_of_a_dependency_are_registered_and_sorted() {
    METRICS.things_total.inc();
    assert_eq!(
        names(&Registry::linked().unwrap()),
        [
            "dependency_calls_total",
            "linked_things_total",
            "metricset_dropped_updates_total",
            "metricset_overflowed_updates_total",
            "metricset_skipped_families_total",
            "metricset_skipped_series_total",
        ]
    );
}

#[test]
fn a_prefix_chosen_at_run_time_replaces_the_declared_one() {
    let registry = Registry::builder()
        .prefix::<LinkedMetrics>("acme_push")
        .linked()
        .unwrap();
    let names = names(&registry);
    assert!(
        names.contains(&"acme_push_things_total".to_owned()),
        "{names:?}"
    );
    assert!(
        !names.contains(&"linked_things_total".to_owned()),
        "{names:?}"
    );
}

#[test]
fn a_prefix_chosen_at_run_time_is_checked_as_a_declared_one_is() {
    for prefix in [
        "Acme",
        "acme-push",
        "acme__push",
        "acme_",
        "1acme",
        &"a".repeat(195),
    ] {
        let error = Registry::builder()
            .prefix::<LinkedMetrics>(prefix)
            .linked()
            .map(|_| ())
            .unwrap_err();
        assert!(
            matches!(&error, RegisterError::InvalidPrefix { prefix: named, .. } if named == prefix),
            "{prefix}: {error}"
        );
    }
}

#[test]
fn a_prefix_may_be_chosen_to_be_empty() {
    let registry = Registry::builder()
        .prefix::<LinkedMetrics>("")
        .linked()
        .unwrap();
    assert!(names(&registry).contains(&"things_total".to_owned()));
}

#[test]
fn a_prefix_for_a_set_that_is_not_linked_is_an_error() {
    let error = Registry::builder()
        .prefix::<UnlinkedMetrics>("acme")
        .linked()
        .map(|_| ())
        .unwrap_err();
    assert!(error.to_string().contains("`UnlinkedMetrics`"), "{error}");
}
