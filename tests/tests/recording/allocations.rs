//! Recording does not allocate for a series that exists, nor registering for the sets that are there.

use std::borrow::Cow;
use std::time::Duration;

use metricset::{
    Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, LabelValue, MetricSet, Registry,
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

#[derive(LabelValue)]
struct Peer<'a>(&'a str);

#[derive(LabelSet)]
struct Call<'a> {
    client_id: &'a str,
    path: Cow<'a, str>,
    peer: Peer<'a>,
    shard: u64,
    side: Side,
    cached: bool,
}

/// Every way to record.
#[derive(MetricSet)]
#[metrics(prefix = "allocations", register = false)]
struct Metrics {
    /// Plain.
    plain_total: Counter,
    /// Closed.
    closed_total: Family<Hand, Counter>,
    /// Open.
    open_total: Family<Call<'static>, Counter>,
    /// Open.
    #[metric(buckets = "latency")]
    open_seconds: Family<Call<'static>, Histogram<Duration>>,
    /// Set.
    level: Gauge,
    /// Moved.
    open: UpDownGauge,
    /// Open.
    #[metric(quantiles = [0, 0.5, 1])]
    open_size_bytes: Family<Call<'static>, Summary>,
    /// Closed.
    #[metric(quantiles = [0.5])]
    closed_size_bytes: Family<Hand, Summary>,
    /// Observed.
    #[metric(buckets = "latency")]
    wait_seconds: Histogram,
}

impl Metrics {
    fn record(&self, text: &str, side: Side) {
        let call = || Call {
            client_id: text,
            path: Cow::Borrowed(text),
            peer: Peer(text),
            shard: 17,
            side,
            cached: false,
        };
        self.plain_total.inc();
        self.closed_total.with(Hand { side }).inc();
        self.open_total.with(call()).inc();
        self.open_seconds
            .with(call())
            .observe(Duration::from_millis(3));
        // Values of every magnitude, so that none of them finds a place that is there already.
        for step in 0..300 {
            let value = 1e-300 * 10_f64.powi(step * 2);
            self.open_size_bytes.with(call()).observe(value);
            self.closed_size_bytes.with(Hand { side }).observe(-value);
        }
        self.level.set(3);
        let _in_flight = self.open.in_flight();
        let _timer = self.wait_seconds.start_timer();
    }
}

#[test]
fn recording_allocates_for_new_series_and_never_again() {
    let metrics: Metrics = Registry::new().register().unwrap();
    let long = "long enough that its label set is packed elsewhere than on the stack ".repeat(20);
    for text in ["short", long.as_str()] {
        metrics.record(text, Side::Left);
        metrics.record(text, Side::Right);
        let counted = allocation_counter::measure(|| {
            for _ in 0..100 {
                metrics.record(text, Side::Left);
                metrics.record(text, Side::Right);
            }
        });
        assert_eq!(counted.count_total, 0, "{} bytes", counted.bytes_total);
    }
}

#[test]
fn registering_allocates_no_more_when_there_are_many_sets() {
    let registry = Registry::new();
    let register = |sets: std::ops::Range<usize>| {
        allocation_counter::measure(|| {
            for set in sets {
                let set = registry.set::<Metrics>().prefix(format!("set_{set:04}"));
                let _set = set.register().unwrap();
            }
        })
        .count_total
    };
    let (first, _others, last) = (register(0..50), register(50..500), register(500..550));
    assert!(last <= first, "{last} instead of {first}");
}
