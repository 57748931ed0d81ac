//! A scrape that is not the first allocates nothing.
//!
//! One test alone in its program, since a thread that records for the first time changes what a scrape sees of the lanes.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use metricset::encode::{Format, encode, write_to};
use metricset::{
    Counter, Family, Gauge, Histogram, Info, LabelEnum, LabelSet, MetricSet, Registry, StateSet,
    Summary, UpDownGauge,
};

#[derive(Clone, Copy, LabelEnum)]
enum Side {
    Left,
    Right,
}

#[derive(LabelSet)]
struct Hand {
    side: Side,
}

#[derive(LabelSet)]
struct Version<'a> {
    version: &'a str,
}

/// Every way to be exposed.
#[derive(MetricSet)]
#[metrics(prefix = "exposed", register = false)]
struct Exposed {
    /// Plain.
    plain_total: Counter,
    /// Moved.
    open: UpDownGauge,
    /// Closed.
    closed_total: Family<Hand, Counter>,
    /// Open.
    open_total: Family<Version<'static>, Counter<f64>>,
    /// Open.
    #[metric(buckets = "latency")]
    open_seconds: Family<Version<'static>, Histogram<Duration>>,
    /// Facts.
    build_info: Info<Version<'static>>,
    /// Which hand.
    hand: StateSet<Side>,
    /// Floats.
    #[metric(sparse)]
    level_ratio: Family<Hand, Gauge<f64>>,
    /// More buckets than a scrape sums on the stack.
    #[metric(buckets = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0,
        19.0, 20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0, 30.0, 31.0, 32.0, 33.0, 34.0, 35.0, 36.0])]
    sizes: Histogram,
    /// Of the last minutes.
    #[metric(quantiles = [0, 0.5, 0.99])]
    recent_seconds: Summary<Duration>,
    /// Of the last minutes.
    #[metric(quantiles = [0.5])]
    open_recent_seconds: Family<Version<'static>, Summary<Duration>>,
    /// Few, and then the overflow.
    #[metric(max_series = 1)]
    few_total: Family<Version<'static>, Counter>,
}

#[test]
fn a_scrape_allocates_at_first_and_never_again() {
    let registry = Registry::new();
    let exposed: Exposed = registry.register().unwrap();
    let long = "longer than what is copied at once \n".repeat(100);
    for version in ["short", "\"", &long] {
        exposed.plain_total.inc();
        exposed.open.inc();
        exposed.closed_total.with(Hand { side: Side::Left }).inc();
        exposed.open_total.with(Version { version }).inc_by(0.1);
        let open_seconds = exposed.open_seconds.with(Version { version });
        open_seconds.observe(Duration::from_millis(3));
        let open_recent_seconds = exposed.open_recent_seconds.with(Version { version });
        for millis in 1..500 {
            exposed
                .recent_seconds
                .observe(Duration::from_millis(millis));
            open_recent_seconds.observe(Duration::from_millis(millis));
        }
        exposed.few_total.with(Version { version }).inc();
    }
    exposed.build_info.set(Version { version: "1" });
    exposed.hand.set(Side::Right);
    exposed.level_ratio.with(Hand { side: Side::Left }).set(0.5);
    exposed.sizes.observe(7.5);
    for format in [Format::PrometheusText, Format::OpenMetrics] {
        let mut text = String::new();
        let size = encode(&registry, format, &mut text);
        let mut bytes = Vec::with_capacity(text.len());
        let mut kept = String::with_capacity(text.len());
        let counted = allocation_counter::measure(|| {
            for _ in 0..3 {
                bytes.clear();
                kept.clear();
                assert_eq!(write_to(&registry, format, &mut bytes).unwrap(), size);
                assert_eq!(encode(&registry, format, &mut kept), size);
            }
        });
        assert_eq!(counted.count_total, 0, "{} bytes", counted.bytes_total);
        assert_eq!(bytes, text.as_bytes());
        assert_eq!(kept, text);
    }
}
