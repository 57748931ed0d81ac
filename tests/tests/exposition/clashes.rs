//! Whatever names a registry takes, both formats can be read.

use std::cell::RefCell;

use metricset::encode::{Format, encode};
use metricset::{
    Counter, Gauge, Histogram, Info, LabelEnum, LabelSet, MetricSet, RegisterError, Registry,
    StateSet, Summary,
};
use metricset_tests::judge::Judge;
use proptest::collection::vec;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

#[derive(Clone, Copy, LabelEnum)]
enum State {
    On,
    Off,
}

#[derive(LabelSet)]
struct Version<'a> {
    version: &'a str,
}

type Register = fn(&Registry, &str) -> Result<(), RegisterError>;

/// A set of one family with this type and end of the name, to be registered under any prefix.
macro_rules! one {
    ($field:ident: $type:ty $(, $key:ident = $value:expr)?) => {{
        #[derive(MetricSet)]
        #[metrics(
            prefix = "replaced",
            register = false,
            allow(
                counter_without_total,
                total_on_non_counter,
                reserved_suffix,
                unit_mismatch,
                prefix_repeated
            )
        )]
        struct One {
            #[metric(help = "One.", $($key = $value)?)]
            $field: $type,
        }
        let register: Register = |registry, prefix| {
            registry.set::<One>().prefix(prefix).register().map(|_| ())
        };
        register
    }};
}

macro_rules! every_type {
    ($($field:ident)*) => {
        vec![
            one!(info: Info<Version<'static>>),
            one!(total_info: Info<Version<'static>>),
            $(
                one!($field: Counter),
                one!($field: Gauge),
                one!($field: Histogram, buckets = [1.0]),
                one!($field: StateSet<State>),
                one!($field: Summary, quantiles = [0.5]),
            )*
        ]
    };
}

#[test]
fn whatever_a_registry_takes_can_be_read() {
    let judge = RefCell::new(Judge::start());
    let register = every_type!(total info created bucket sum count value seconds);
    let prefixes = vec![
        "a",
        "a_total",
        "a_info",
        "a_created",
        "a_value",
        "a_seconds",
    ];
    let families = vec((select(register), select(prefixes)), 1..12);
    TestRunner::new(Config {
        cases: 400,
        failure_persistence: None,
        ..Config::default()
    })
    .run(&families, |families| {
        let registry = Registry::new();
        let taken = families
            .iter()
            .filter(|(register, prefix)| register(&registry, prefix).is_ok())
            .count();
        for format in [Format::PrometheusText, Format::OpenMetrics] {
            let mut exposition = String::new();
            encode(&registry, format, &mut exposition);
            assert_eq!(exposition.matches("# TYPE ").count(), taken);
            judge.borrow_mut().parse(format, &exposition);
        }
        Ok(())
    })
    .unwrap();
}
