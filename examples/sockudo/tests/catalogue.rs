//! The families that the binary serves and the alert rules beside it, held against the catalogue, so that none of the three
//! drifts from the others.

use std::process::Command;

use metricset::encode::Format;
use metricset_tests::catalogue::{Catalogue, Part};
use metricset_tests::judge::ParsedFamily;
use metricset_tests::process::Example;

const BINARY: &str = env!("CARGO_BIN_EXE_sockudo");

const WITH_QUEUE: Part<'_> = Part {
    role: None,
    conditions: &["queue is enabled"],
};

fn served(format: Format, part: Part<'_>, args: &[&str]) -> Vec<ParsedFamily> {
    let args = [&["--api", "127.0.0.1:0"], args].concat();
    let server = Example::start(BINARY, &args);
    let scrape = |accept: &str| server.get("/metrics", &[accept]);
    Catalogue::read("sockudo").assert_served(format, part, scrape)
}

#[test]
fn text_serves_the_catalogue() {
    served(Format::PrometheusText, WITH_QUEUE, &["--queue"]);
}

#[test]
fn openmetrics_serves_the_catalogue() {
    served(Format::OpenMetrics, WITH_QUEUE, &["--queue"]);
}

/// SK-17: an idle queue can be told from none.
#[test]
fn without_a_queue_its_families_are_not_served() {
    served(Format::PrometheusText, Part::default(), &[]);
}

/// SK-04: the document leaves the bounds open, and the threshold has to be among them.
#[test]
fn the_alert_on_a_quantile_can_fire() {
    let catalogue = Catalogue::read("sockudo");
    let families = served(Format::PrometheusText, Part::default(), &[]);
    let histogram = "sockudo_http_request_duration_seconds";
    catalogue.assert_quantile_can_fire("SockudoHighLatency", &families, histogram);
}

#[test]
fn the_alert_rules_are_the_documented_ones() {
    Catalogue::read("sockudo").assert_rules(include_str!("../alerts.yml"));
}

/// SK-16: queries and alerts are written for the default prefix; whoever changes it changes all of them.
#[test]
fn every_family_gets_the_configured_prefix() {
    let mut command = Command::new(BINARY);
    command
        .args(["--listen", "127.0.0.1:0", "--api", "127.0.0.1:0", "--queue"])
        .env("PROMETHEUS_METRICS_PREFIX", "my_company_sockudo_");
    let server = Example::run(&mut command, "listening on http://");
    let exposition = server.get("/metrics", &[]);
    for metric in Catalogue::read("sockudo").metrics {
        let line = format!("# TYPE my_company_{} {}", metric.name, metric.metric_type);
        assert!(exposition.lines().any(|served| served == line), "{line}");
    }
    assert!(!exposition.contains("\nsockudo_"), "{exposition}");
}
