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

/// MM-13: the document leaves the bounds open, and the threshold has to be among them.
#[test]
fn the_alert_on_a_quantile_can_fire() {
    let catalogue = Catalogue::read("muti-metroo");
    let families = served(&catalogue, Format::PrometheusText);
    let histogram = "muti_metroo_stream_open_latency_seconds";
    catalogue.assert_quantile_can_fire("HighStreamLatency", &families, histogram);
}

#[test]
fn the_alert_rules_are_the_documented_ones() {
    Catalogue::read("muti-metroo").assert_rules(include_str!("../alerts.yml"));
}
