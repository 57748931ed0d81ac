//! The families that the binary serves and the alert rules beside it, held against the catalogue, so that none of the three
//! drifts from the others.

use metricset::encode::Format;
use metricset_tests::catalogue::{Catalogue, Part};
use metricset_tests::judge::ParsedFamily;
use metricset_tests::process::Example;

/// The families of the catalogue as a running node serves them. The simulated peers make a call of each result.
fn served(catalogue: &Catalogue, format: Format) -> Vec<ParsedFamily> {
    let binary = env!("CARGO_BIN_EXE_muti-metroo");
    let node = Example::start(binary, &["--socks", "127.0.0.1:0"]);
    let scrape = |accept: &str| node.get("/metrics", &[accept]);
    catalogue.assert_served(format, Part::default(), scrape)
}

#[test]
fn text_serves_the_catalogue() {
    served(&Catalogue::read("muti-metroo"), Format::PrometheusText);
}

#[test]
fn openmetrics_serves_the_catalogue() {
    served(&Catalogue::read("muti-metroo"), Format::OpenMetrics);
}

/// MM-13: a quantile is never above the largest finite bound, so neither may a threshold be.
#[test]
fn the_alert_on_a_quantile_can_fire() {
    let catalogue = Catalogue::read("muti-metroo");
    let mut alerts = catalogue.alerts.iter();
    let alert = alerts.find(|alert| alert.alert == "HighStreamLatency");
    let expression = &alert.expect("it is documented").expr;
    let (_, threshold) = expression.rsplit_once("> ").expect("a threshold");
    let threshold: f64 = threshold.parse().expect("a number");

    let families = served(&catalogue, Format::PrometheusText);
    let latency = families
        .iter()
        .find(|family| family.name == "muti_metroo_stream_open_latency_seconds");
    let mut bounds = latency.expect("it is served").label_numbers("le");
    bounds.retain(|bound| bound.is_finite());
    assert!(bounds.last() > Some(&threshold), "{bounds:?}");
    // And a quantile just above the threshold is told from one just below.
    assert!(bounds.contains(&threshold), "{bounds:?}");
}

#[test]
fn the_alert_rules_are_the_documented_ones() {
    Catalogue::read("muti-metroo").assert_rules(include_str!("../alerts.yml"));
}
