//! The families that the server serves and the alert rules beside it, held against the documented ones.

use metricset::encode::Format;
use metricset_tests::catalogue::{Catalogue, Part};
use metricset_tests::process::assert_touched;

use crate::Server;
use crate::client::{HOST, packet};

/// A server to which everything has happened that a family counts.
fn driven() -> Server {
    let server = Server::start(&[]);
    let address = [10, 8, 0, 2];
    let ada = server.connect("ada", address);
    ada.send_packet(&packet(address, HOST, b""));
    ada.receive_packet();
    ada.send_packet(b"no packet");
    ada.disconnect();
    ada.send(b"no frame");
    server
}

fn hold_against_the_catalogue(format: Format) {
    let server = driven();
    let scrape = |accept: &str| server.http.get("/metrics", &[accept]);
    Catalogue::read("masque-vpn").assert_served(format, Part::default(), scrape);
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
fn the_alert_rules_are_the_documented_ones() {
    Catalogue::read("masque-vpn").assert_rules(include_str!("../../alerts.yml"));
}

#[test]
fn every_family_is_fed() {
    let server = driven();
    assert_touched(|| server.http.get("/healthz", &[]));
}
