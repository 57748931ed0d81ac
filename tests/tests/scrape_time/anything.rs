//! Closures that give whatever they like, twice: what is exposed can be read, adds up, and never goes down.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use metricset::encode::{Format, encode};
use metricset::{
    Counter, Family, Histogram, HistogramReading, LabelSet, MetricSet, Observed, Summary,
    SummaryReading,
};
use metricset_tests::judge::{Judge, ParsedSample};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::patient;

#[derive(LabelSet)]
struct Pair<'a> {
    first: &'a str,
    second: &'a str,
}

/// What closures give.
#[derive(MetricSet)]
#[metrics(prefix = "any", register = false)]
struct Anything {
    /// Counted.
    #[metric(max_series = 8)]
    spent_seconds_total: Observed<Family<Pair<'static>, Counter<f64>>>,
    /// Sorted.
    #[metric(buckets = [0.5, 1])]
    wait_seconds: Observed<Family<Pair<'static>, Histogram>>,
    /// Ranked.
    #[metric(quantiles = [0, 1])]
    rest_seconds: Observed<Family<Pair<'static>, Summary>>,
}

/// One series of each family.
#[derive(Clone, Debug)]
struct Given {
    first: String,
    second: String,
    value: f64,
    counts: Vec<u64>,
    quantiles: Vec<f64>,
}

type Script = Arc<Mutex<Vec<Given>>>;

/// Installs a closure for each family that gives what the script says.
fn install(set: &Anything, script: &Script) {
    macro_rules! give {
        ($metric:ident, |$given:ident| $reading:expr) => {
            let script = Arc::clone(script);
            set.$metric.read_with(move |series| {
                for $given in script.lock().unwrap().iter() {
                    let (first, second) = ($given.first.as_str(), $given.second.as_str());
                    series.push(Pair { first, second }, $reading);
                }
            });
        };
    }
    give!(spent_seconds_total, |given| given.value);
    give!(wait_seconds, |given| HistogramReading {
        counts: given.counts.clone(),
        sum: given.value,
    });
    give!(rest_seconds, |given| SummaryReading {
        quantiles: given.quantiles.clone(),
        sum: given.value,
        count: given.counts.iter().fold(0, |sum, n| sum.wrapping_add(*n)),
    });
}

/// Few texts, so that some come twice.
fn label() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["", "a", "1:a", "\"", "\\n", "\n", "{}", ",b=\"c"])
        .prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.0..10.0, 1 => any::<f64>(), 1 => Just(-0.0)]
}

fn given() -> impl Strategy<Value = Given> {
    let counts = vec(prop_oneof![3 => 0..5_u64, 1 => any::<u64>()], 2..=4);
    let quantiles = vec(value(), 1..=3);
    let parts = (label(), label(), value(), counts, quantiles);
    parts.prop_map(|(first, second, value, counts, quantiles)| Given {
        first,
        second,
        value,
        counts,
        quantiles,
    })
}

/// Name and labels of a sample.
fn key(sample: &ParsedSample) -> (String, BTreeMap<String, String>) {
    (sample.name.clone(), sample.labels.clone())
}

fn only_goes_up(name: &str) -> bool {
    let suffixes = ["_total", "_count", "_bucket"];
    suffixes.iter().any(|suffix| name.ends_with(suffix))
}

#[test]
fn an_exposition_survives_whatever_closures_give() {
    let judge = RefCell::new(Judge::start());
    let scrapes = vec(vec(given(), 0..12), 2..=3);
    let result = TestRunner::new(Config {
        cases: 60,
        failure_persistence: None,
        ..Config::default()
    })
    .run(&scrapes, |scrapes| {
        let registry = patient();
        let script = Script::default();
        install(&registry.register().unwrap(), &script);
        let mut before = BTreeMap::new();
        for given in scrapes {
            *script.lock().unwrap() = given;
            let mut text = String::new();
            encode(&registry, Format::OpenMetrics, &mut text);
            let families = judge.borrow_mut().parse(Format::OpenMetrics, &text);
            let samples: Vec<_> = families.iter().flat_map(|family| &family.samples).collect();
            let keys: BTreeSet<_> = samples.iter().map(|sample| key(sample)).collect();
            prop_assert_eq!(keys.len(), samples.len(), "{}", text);
            let counters = samples.iter().filter(|one| one.name.ends_with("_total"));
            prop_assert!(counters.count() <= 8);
            let mut now = BTreeMap::new();
            for sample in samples.iter().filter(|one| only_goes_up(&one.name)) {
                prop_assert!(sample.value() >= 0.0, "{}", text);
                now.insert(key(sample), sample.value());
            }
            for (key, value) in &now {
                let last = before.get(key).copied().unwrap_or(0.0);
                prop_assert!(*value >= last, "{:?} from {}", key, last);
            }
            before = now;
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
