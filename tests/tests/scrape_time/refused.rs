//! What a closure gives and cannot be exposed: left out, counted, and harmless to the rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use metricset::encode::{Format, encode};
use metricset::{
    Counter, Family, Gauge, Histogram, HistogramReading, LabelSet, MAX_LABEL_LEN, MetricSet,
    Observed, Registry, Summary, SummaryReading,
};
use metricset_tests::judge::Judge;

use crate::{patient, samples, skipped};

#[derive(LabelSet)]
struct Pair<'a> {
    first: &'a str,
    second: &'a str,
}

/// What other code says.
#[derive(MetricSet)]
#[metrics(prefix = "refused", register = false)]
struct Refused {
    /// Seconds.
    spent_seconds_total: Observed<Family<Pair<'static>, Counter<f64>>>,
    /// Going down.
    falling_total: Observed<Counter>,
    /// Twice.
    twice: Observed<Family<Pair<'static>, Gauge>>,
    /// Too many.
    #[metric(max_series = 2)]
    crowd: Observed<Family<Pair<'static>, Gauge>>,
    /// Too long.
    long: Observed<Family<Pair<'static>, Gauge>>,
    /// Wrong buckets.
    #[metric(buckets = [1])]
    bucketed_seconds: Observed<Histogram>,
    /// Wrong quantiles.
    #[metric(quantiles = [0.5, 1])]
    ranked_seconds: Observed<Summary>,
    /// Falling counts.
    #[metric(buckets = [1])]
    counts_seconds: Observed<Histogram>,
}

#[test]
fn counters_that_are_no_counters() {
    let registry = patient();
    let refused: Refused = registry.register().unwrap();
    refused.spent_seconds_total.read_with(|series| {
        let values = [
            f64::NAN,
            -1.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            -0.0,
            1e300,
        ];
        for (at, value) in values.into_iter().enumerate() {
            let first = &at.to_string();
            series.push(Pair { first, second: "" }, value);
        }
    });
    let expected = [
        "refused_spent_seconds_total{first=\"4\",second=\"\"} 0.0",
        "refused_spent_seconds_total{first=\"5\",second=\"\"} 1e+300",
    ];
    assert_eq!(samples(&registry), expected);
    let mut text = String::new();
    encode(&registry, Format::OpenMetrics, &mut text);
    Judge::start().parse(Format::OpenMetrics, &text);
    let family = "refused_spent_seconds_total";
    let count = |reason| skipped("series", family, reason);
    let scrapes = count("negative");
    assert_eq!(scrapes, 2);
    assert_eq!(count("not_finite"), 3 * scrapes);
}

#[test]
fn a_counter_that_goes_down_for_one_scrape() {
    let registry = patient();
    let refused: Refused = registry.register().unwrap();
    let value = Arc::new(AtomicU64::new(10));
    let now = Arc::clone(&value);
    refused
        .falling_total
        .try_read_with(move || match now.load(Ordering::Relaxed) {
            u64::MAX => None,
            value => Some(value),
        });
    let scraped = |at: u64| {
        value.store(at, Ordering::Relaxed);
        samples(&registry).join("\n")
    };
    assert_eq!(scraped(10), "refused_falling_total 10");
    assert_eq!(scraped(9), "");
    assert_eq!(scraped(11), "refused_falling_total 11");
    assert_eq!(skipped("series", "refused_falling_total", "decreased"), 1);
    // It begins again.
    assert_eq!(scraped(0), "");
    assert_eq!(scraped(2), "refused_falling_total 2");
    assert_eq!(skipped("series", "refused_falling_total", "decreased"), 2);
    // A scrape without it ends the series, and what comes then is another one.
    assert_eq!(scraped(u64::MAX), "");
    assert_eq!(scraped(1), "refused_falling_total 1");
    assert_eq!(skipped("series", "refused_falling_total", "decreased"), 2);
}

#[test]
fn one_label_set_twice() {
    let registry = patient();
    let refused: Refused = registry.register().unwrap();
    refused.twice.read_with(|series| {
        for (first, second) in [("a", "b"), ("a", "b"), ("ab", ""), ("", "ab"), ("1:a", "b")] {
            series.push(Pair { first, second }, 1);
        }
    });
    assert_eq!(samples(&registry).len(), 4);
    assert_eq!(skipped("series", "refused_twice", "duplicate"), 1);
    assert_eq!(samples(&registry).len(), 4);
}

#[test]
fn more_series_than_there_may_be() {
    let registry = patient();
    let refused: Refused = registry.register().unwrap();
    let from = Arc::new(AtomicU64::new(0));
    let first_id = Arc::clone(&from);
    refused.crowd.read_with(move |series| {
        let first_id = first_id.load(Ordering::Relaxed);
        for id in [first_id, 1, 2, 3] {
            let first = &id.to_string();
            series.push(Pair { first, second: "" }, 1);
        }
    });
    let ids = |registry: &Registry| {
        let lines = samples(registry);
        lines.join(" ").replace("refused_crowd", "")
    };
    let expected = "{first=\"0\",second=\"\"} 1 {first=\"1\",second=\"\"} 1";
    assert_eq!(ids(&registry), expected);
    assert_eq!(skipped("series", "refused_crowd", "too_many"), 2);
    // One that was not there before takes the place of one that was.
    from.store(7, Ordering::Relaxed);
    let expected = "{first=\"7\",second=\"\"} 1 {first=\"1\",second=\"\"} 1";
    assert_eq!(ids(&registry), expected);
}

#[test]
fn a_label_value_that_is_too_long() {
    let registry = patient();
    let refused: Refused = registry.register().unwrap();
    refused.long.read_with(|series| {
        for len in [MAX_LABEL_LEN, MAX_LABEL_LEN + 1] {
            let first = &"x".repeat(len);
            series.push(Pair { first, second: "" }, 1);
        }
    });
    assert_eq!(samples(&registry).len(), 1);
    assert_eq!(skipped("series", "refused_long", "label_too_long"), 1);
}

#[test]
fn a_histogram_with_other_buckets_than_declared() {
    let registry = patient();
    let refused: Refused = registry.register().unwrap();
    refused.bucketed_seconds.read_with(|| HistogramReading {
        counts: vec![1, 2, 3],
        sum: 4.0,
    });
    assert_eq!(samples(&registry), Vec::<String>::new());
    let family = "refused_bucketed_seconds";
    assert_eq!(skipped("series", family, "wrong_length"), 1);
    for sum in [f64::NAN, -4.0] {
        refused
            .bucketed_seconds
            .read_with(move || HistogramReading {
                counts: vec![1, 2],
                sum,
            });
        assert_eq!(samples(&registry), Vec::<String>::new());
    }
    assert_eq!(skipped("series", family, "not_finite"), 1);
    assert_eq!(skipped("series", family, "negative"), 1);
}

#[test]
fn a_summary_with_other_quantiles_than_declared() {
    let registry = patient();
    let refused: Refused = registry.register().unwrap();
    let readings = [
        ("wrong_length", vec![1.0], 1.0),
        ("not_finite", vec![1.0, 2.0], f64::INFINITY),
    ];
    for (reason, quantiles, sum) in readings {
        refused.ranked_seconds.read_with(move || SummaryReading {
            quantiles: quantiles.clone(),
            sum,
            count: 3,
        });
        assert_eq!(samples(&registry), Vec::<String>::new());
        assert_eq!(skipped("series", "refused_ranked_seconds", reason), 1);
    }
}

#[test]
fn a_histogram_whose_count_goes_down() {
    let registry = patient();
    let refused: Refused = registry.register().unwrap();
    let count = Arc::new(AtomicU64::new(5));
    let now = Arc::clone(&count);
    refused.counts_seconds.read_with(move || HistogramReading {
        counts: vec![now.load(Ordering::Relaxed), 0],
        sum: 1.0,
    });
    assert_eq!(samples(&registry).len(), 4);
    count.store(4, Ordering::Relaxed);
    assert_eq!(samples(&registry).len(), 0);
    assert_eq!(skipped("series", "refused_counts_seconds", "decreased"), 1);
    assert_eq!(samples(&registry).len(), 4);
}
