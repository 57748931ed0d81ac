//! Isolated registries: instances, prefixes, constant labels, nested and optional sets, and every kind of clash.
#![forbid(unsafe_code)]

use metricset::collect::{FamilyHead, SeriesLabels, Sink, Value};
use metricset::encode::{Format, encode};
use metricset::{Counter, Gauge, Histogram, MetricSet, Optional, RegisterError, Registry};

/// Queries.
#[derive(MetricSet)]
#[metrics(prefix = "db", register = false)]
struct DbMetrics {
    /// Queries run.
    queries_total: Counter,
}

/// A service over two databases and perhaps a queue.
#[derive(MetricSet)]
#[metrics(prefix = "service", labels(region = "eu"), register = false)]
struct ServiceMetrics {
    /// Requests served.
    requests_total: Counter,
    #[metric(nested, prefix = "primary")]
    primary: DbMetrics,
    #[metric(nested, prefix = "replica")]
    replica: DbMetrics,
    #[metric(nested, prefix = "queue")]
    queue: Optional<DbMetrics>,
}

fn text(registry: &Registry) -> String {
    let mut out = String::new();
    encode(registry, Format::PrometheusText, &mut out);
    out
}

/// The lines that are samples.
fn samples(registry: &Registry) -> Vec<String> {
    text(registry)
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn nested_sets_have_their_own_prefix_and_instance() {
    let registry = Registry::new();
    let service: ServiceMetrics = registry.register().unwrap();
    service.requests_total.inc();
    service.primary.queries_total.inc_by(2);
    service.replica.queries_total.inc_by(3);
    assert_eq!(
        samples(&registry),
        [
            r#"service_primary_queries_total{region="eu"} 2"#,
            r#"service_replica_queries_total{region="eu"} 3"#,
            r#"service_requests_total{region="eu"} 1"#,
        ]
    );
}

#[test]
fn an_optional_set_is_exposed_once_it_is_switched_on() {
    let registry = Registry::new();
    let service: ServiceMetrics = registry.register().unwrap();
    assert!(service.queue.get().is_none());
    assert!(!text(&registry).contains("queue"));
    service.queue.enable();
    service.queue.get().unwrap().queries_total.inc();
    assert!(text(&registry).contains("service_queue_queries_total{region=\"eu\"} 1\n"));
}

#[test]
fn instances_of_one_set_share_a_family_and_are_told_apart_by_labels() {
    let registry = Registry::new();
    let primary: DbMetrics = registry.set().label("role", "primary").register().unwrap();
    let replica: DbMetrics = registry.set().label("role", "replica").register().unwrap();
    primary.queries_total.inc();
    replica.queries_total.inc_by(2);
    assert_eq!(
        samples(&registry),
        [
            r#"db_queries_total{role="primary"} 1"#,
            r#"db_queries_total{role="replica"} 2"#,
        ]
    );
    assert_eq!(
        text(&registry).matches("# TYPE db_queries_total").count(),
        1
    );
}

#[test]
fn instances_that_no_label_tells_apart_are_refused() {
    let registry = Registry::new();
    let _first: DbMetrics = registry.set().label("role", "primary").register().unwrap();
    for again in [
        registry
            .set::<DbMetrics>()
            .label("role", "primary")
            .register(),
        registry.set::<DbMetrics>().register(),
        registry
            .set::<DbMetrics>()
            .label("kind", "replica")
            .register(),
    ] {
        let error = again.map(|_| ()).unwrap_err();
        let RegisterError::Duplicate {
            name,
            first,
            second,
        } = &error
        else {
            panic!("{error:?}");
        };
        assert_eq!((name.as_str(), first), ("db_queries_total", second));
        let error = error.to_string();
        assert!(error.contains("tests/registry.rs:"), "{error}");
        assert!(error.contains("is registered twice"), "{error}");
    }
    assert_eq!(samples(&registry).len(), 1);
}

#[test]
fn a_refused_set_leaves_nothing_behind() {
    /// Clashes in its second family.
    #[derive(MetricSet)]
    #[metrics(prefix = "db", register = false)]
    #[expect(dead_code, reason = "never registered")]
    struct Other {
        /// Fine.
        connections_active: Gauge,
        /// Taken.
        queries_total: Counter,
    }
    /// Another instance, and what clashes.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    #[expect(dead_code, reason = "never registered")]
    struct Mixed {
        #[metric(nested, prefix = "db")]
        db: DbMetrics,
        /// Taken.
        queries_total: Counter,
    }
    let registry = Registry::new();
    let _db: DbMetrics = registry.set().label("role", "primary").register().unwrap();
    let _plain: DbMetrics = registry.set().prefix("").register().unwrap();
    assert!(registry.register::<Other>().is_err());
    let mixed = registry.set::<Mixed>().label("role", "replica").register();
    assert!(mixed.is_err());
    let expected = [r#"db_queries_total{role="primary"} 0"#, "queries_total 0"];
    assert_eq!(samples(&registry), expected);
    // What it would have taken is free.
    let _replica: DbMetrics = registry.set().label("role", "replica").register().unwrap();
    assert_eq!(samples(&registry).len(), 3);
}

#[test]
fn a_collection_goes_on_with_what_it_began_with() {
    /// Registers a set while it is handed another, and notes the names.
    struct Registering {
        registry: Registry,
        names: Vec<String>,
    }

    impl Sink for Registering {
        fn family(&mut self, head: &FamilyHead<'_>) {
            let prefix = format!("later_{}", self.names.len());
            let set = self.registry.set::<DbMetrics>().prefix(prefix);
            let _set = set.register().unwrap();
            self.names.push(head.name.to_owned());
        }

        fn series(&mut self, _: SeriesLabels<'_>, _: Value<'_>) {}
    }

    let registry = Registry::new();
    let _db: DbMetrics = registry.register().unwrap();
    let mut sink = Registering {
        registry: registry.clone(),
        names: Vec::new(),
    };
    registry.collect(&mut sink);
    assert_eq!(sink.names, ["db_queries_total"]);
    assert_eq!(samples(&registry).len(), 2);
}

#[test]
fn nested_prefixes_that_meet_are_refused() {
    /// Exposes `db_queries_total` from inside.
    #[derive(MetricSet)]
    #[metrics(register = false)]
    #[expect(dead_code, reason = "never registered")]
    struct Outer {
        #[metric(nested, prefix = "db")]
        inner: DbMetrics,
    }
    let registry = Registry::new();
    let _db: DbMetrics = registry.register().unwrap();
    let error = registry.register::<Outer>().map(|_| ()).unwrap_err();
    assert!(matches!(error, RegisterError::Duplicate { .. }), "{error}");
}

#[test]
fn samples_that_clash_are_refused_whichever_comes_first() {
    /// Has `stream_size_bytes_count`.
    #[derive(MetricSet)]
    #[metrics(prefix = "stream", register = false)]
    #[expect(dead_code, reason = "only registered")]
    struct Sizes {
        /// Sizes.
        #[metric(buckets = "size")]
        size_bytes: Histogram,
    }
    /// So has this.
    #[derive(MetricSet)]
    #[metrics(prefix = "stream_size", register = false)]
    #[expect(dead_code, reason = "only registered")]
    struct Counts {
        /// Sizes counted.
        #[metric(allow(reserved_suffix))]
        bytes_count: Gauge,
    }
    let clash = |error: RegisterError| {
        let RegisterError::SampleClash {
            sample,
            first_name,
            second_name,
            ..
        } = &error
        else {
            panic!("{error:?}");
        };
        assert_eq!(sample, "stream_size_bytes_count");
        assert_ne!(first_name, second_name);
        assert_eq!(
            error.to_string().matches("tests/registry.rs:").count(),
            2,
            "{error}"
        );
    };
    let registry = Registry::new();
    let _sizes: Sizes = registry.register().unwrap();
    clash(registry.register::<Counts>().map(|_| ()).unwrap_err());
    let registry = Registry::new();
    let _counts: Counts = registry.register().unwrap();
    clash(registry.register::<Sizes>().map(|_| ()).unwrap_err());
}

#[test]
fn constant_labels_are_checked() {
    let registry = Registry::new();
    let bad = |name: &str| {
        registry
            .set::<ServiceMetrics>()
            .label(name, "x")
            .register()
            .map(|_| ())
            .unwrap_err()
    };
    assert!(matches!(bad("Region"), RegisterError::InvalidLabel { .. }));
    assert!(matches!(
        bad("__name__"),
        RegisterError::InvalidLabel { .. }
    ));
    let twice = registry
        .set::<DbMetrics>()
        .label("role", "a")
        .label("role", "b")
        .register()
        .map(|_| ())
        .unwrap_err();
    assert!(
        matches!(twice, RegisterError::DuplicateLabel { .. }),
        "{twice}"
    );
    // What is chosen at run time replaces what the set declares.
    let _service: ServiceMetrics = registry.set().label("region", "us").register().unwrap();
    assert!(samples(&registry)[0].ends_with(r#"{region="us"} 0"#));
}

#[test]
fn families_that_nothing_updated_are_reported() {
    let registry = Registry::new();
    let service: ServiceMetrics = registry.register().unwrap();
    service.requests_total.inc();
    let untouched: Vec<_> = registry
        .untouched()
        .into_iter()
        .map(|family| family.name)
        .collect();
    assert_eq!(
        untouched,
        [
            "service_primary_queries_total",
            "service_replica_queries_total",
        ]
    );
}
