//! When series appear and when they end.

use std::time::{Duration, Instant};

use metricset::{
    Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet, Registry, UpDownGauge,
};

use super::samples;

#[derive(Clone, Copy, LabelEnum)]
enum Side {
    Left,
    Right,
}

#[derive(LabelSet)]
struct Hand {
    side: Side,
    gloved: bool,
}

#[derive(LabelSet)]
struct Client<'a> {
    client_id: &'a str,
}

/// Sparse families of every metric type, and one with an open label that expires.
#[derive(MetricSet)]
#[metrics(prefix = "series", register = false)]
struct Series {
    /// All four from the start.
    dense_total: Family<Hand, Counter>,
    /// Touched ones.
    #[metric(sparse)]
    claps_total: Family<Hand, Counter>,
    /// Touched ones.
    #[metric(sparse)]
    rings: Family<Hand, Gauge>,
    /// Touched ones.
    #[metric(sparse)]
    holding: Family<Hand, UpDownGauge>,
    /// Touched ones.
    #[metric(sparse, buckets = [1])]
    grip: Family<Hand, Histogram>,
    /// Requests.
    #[metric(idle_timeout = "50ms")]
    requests_total: Family<Client<'static>, Counter>,
}

const HAND: Hand = Hand {
    side: Side::Right,
    gloved: false,
};

#[test]
fn closed_families_are_there_from_the_start_and_sparse_ones_once_touched() {
    let registry = Registry::new();
    let series: Series = registry.register().unwrap();
    let labels = [
        "left\",gloved=\"false",
        "left\",gloved=\"true",
        "right\",gloved=\"false",
        "right\",gloved=\"true",
    ];
    let dense = labels.map(|labels| format!("series_dense_total{{side=\"{labels}\"}} 0"));
    assert_eq!(samples(&registry), dense);
    assert_eq!(series.dense_total.with(HAND).get(), 0);

    series.claps_total.with(HAND).inc();
    // Back at zero, and touched all the same.
    series.rings.with(HAND).set(0);
    series.holding.with(HAND).inc();
    series.holding.with(HAND).dec();
    series.grip.with(HAND).observe(0.5);
    let hand = r#"{side="right",gloved="false""#;
    let touched = [
        format!("series_claps_total{hand}}} 1"),
        format!("series_grip_bucket{hand},le=\"1.0\"}} 1"),
        format!("series_grip_bucket{hand},le=\"+Inf\"}} 1"),
        format!("series_grip_sum{hand}}} 0.5"),
        format!("series_grip_count{hand}}} 1"),
        format!("series_holding{hand}}} 0"),
        format!("series_rings{hand}}} 0"),
    ];
    let mut all = samples(&registry);
    all.retain(|line| !line.starts_with("series_dense_total"));
    assert_eq!(all, touched);
}

#[test]
fn a_series_that_nothing_updates_ends_and_one_that_is_updated_stays() {
    let registry = Registry::new();
    let series: Series = registry.register().unwrap();
    let busy = series.requests_total.with(Client { client_id: "busy" });
    let idle = series.requests_total.with(Client { client_id: "idle" });
    idle.inc();
    let served = || -> Vec<String> {
        let mut all = samples(&registry);
        all.retain(|line| line.starts_with("series_requests_total"));
        all
    };
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        busy.inc();
        let served = served();
        assert!(
            served.iter().any(|line| line.contains("busy")),
            "{served:?}"
        );
        if !served.iter().any(|line| line.contains("idle")) {
            break;
        }
        assert!(Instant::now() < deadline, "the idle series is served still");
        std::thread::yield_now();
    }
    // The handle that was kept is harmless, and the series begins anew.
    idle.inc_by(100);
    series
        .requests_total
        .with(Client { client_id: "idle" })
        .inc();
    assert!(served().contains(&r#"series_requests_total{client_id="idle"} 1"#.to_owned()));
}
