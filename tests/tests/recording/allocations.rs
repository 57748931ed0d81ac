//! Recording does not allocate for a series that exists, and neither does a scrape that is not the first. (Summaries are the
//! exception: a scrape puts their window together in a sketch of its own.)

use std::borrow::Cow;
use std::time::Duration;

use metricset::encode::{Format, encode, write_to};
use metricset::{
    Counter, Family, Gauge, Histogram, Info, LabelEnum, LabelSet, LabelValue, MetricSet, Registry,
    StateSet, Summary, UpDownGauge,
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
