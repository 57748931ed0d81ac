//! The families that both nodes serve, held against the catalogue, so that neither drifts from the other.

use std::process::Command;

use metricset::encode::Format;
use metricset_tests::catalogue::{Catalogue, Part};
use metricset_tests::process::{Example, curl};

const BINARY: &str = env!("CARGO_BIN_EXE_connmix");

/// Both nodes of one process, each with its own families on its own port.
fn serves_the_catalogue(format: Format) {
    let any = "127.0.0.1:0";
    let mut command = Command::new(BINARY);
    command.args(["--center", any, "--engine", any, "--registry", any]);
    command.args(["--socket", any, "--websocket", any]);
    let mut center = Example::run(&mut command, "center on http://");
    center.announced("registry on ");
    let engine = center.announced("engine on http://");

    let catalogue = Catalogue::read("connmix");
    for (role, address) in [("center", center.address()), ("engine", engine)] {
        let part = Part {
            role: Some(role),
            conditions: &[],
        };
        let url = format!("http://{address}/metrics");
        catalogue.assert_served(format, part, |accept| curl(&["--header", accept, &url]));
    }
    assert!(center.interrupt().success());
}

#[test]
fn text_serves_the_catalogue() {
    serves_the_catalogue(Format::PrometheusText);
}

/// CX-10: where a gauge has the name that OpenMetrics gives the counter's family, both are served.
#[test]
fn openmetrics_serves_the_catalogue() {
    serves_the_catalogue(Format::OpenMetrics);
}
