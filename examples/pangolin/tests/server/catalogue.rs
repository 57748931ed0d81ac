//! The families that the server serves, held against the documented ones.

use metricset::encode::Format;
use metricset_tests::catalogue::{Catalogue, Part};
use metricset_tests::process::assert_touched;

use crate::Server;

/// Under its own load, and with something that goes wrong.
fn driven() -> Server {
    Server::start(&["--load", "--backend-down"])
}

fn hold_against_the_catalogue(format: Format) {
    let server = driven();
    let scrape = |accept: &str| server.metrics.get("/metrics", &[accept]);
    Catalogue::read("pangolin").assert_served(format, Part::default(), scrape);
}

#[test]
fn text_serves_the_catalogue() {
    hold_against_the_catalogue(Format::PrometheusText);
}

#[test]
fn openmetrics_serves_the_catalogue() {
    hold_against_the_catalogue(Format::OpenMetrics);
}

#[test]
fn every_family_is_fed() {
    let server = driven();
    assert_touched(|| server.metrics.get("/healthz", &[]));
}
