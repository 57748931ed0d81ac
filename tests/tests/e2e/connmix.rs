//! The relay in the kinds of trouble that its alerts are about.

use std::net::SocketAddr;
use std::process::Command;

use metricset_tests::process::Example;

use crate::alerts::at_once;
use crate::example;
use crate::server::Server;

const ALERTS: &str = include_str!("../../../examples/connmix/alerts.yml");
const ANY: &str = "127.0.0.1:0";

/// A center, and where engines register with it.
fn center() -> (Example, SocketAddr) {
    let mut command = Command::new(example("connmix"));
    command.args(["--role", "center", "--center", ANY, "--registry", ANY]);
    let mut center = Example::run(&mut command, "center on http://");
    let registry = center.announced("registry on ");
    (center, registry)
}

fn engine(registry: SocketAddr, args: &[&str]) -> Example {
    let mut command = Command::new(example("connmix"));
    command
        .args(["--role", "engine", "--engine", ANY, "--socket", ANY])
        .args(["--websocket", ANY, "--registry", &registry.to_string()])
        .args(args);
    Example::run(&mut command, "engine on http://")
}

#[test]
fn its_alerts_fire_where_they_should_and_nowhere_else() {
    let (lonely, _) = center();
    let (healthy, registry) = center();
    let idle = engine(registry, &[]);
    let gone = engine(registry, &[]);
    // One of its clients does not read.
    let losing = engine(registry, &["--load"]);
    let targets = [&lonely, &healthy, &idle, &gone, &losing].map(Example::address);
    let prometheus = Server::prometheus(&[("connmix", &targets)], Some(&at_once(ALERTS)));
    prometheus.wait_for("sum(up)", |up| up == 5.0);
    drop(gone);

    let [lonely, _, _, gone, losing] = targets;
    let expected = [
        ("ConnmixDown", gone),
        ("ConnmixNoEngineNodes", lonely),
        ("ConnmixSendsFail", losing),
    ];
    prometheus.wait_for_alerts(ALERTS, &expected);
}

/// An alert that has no instance to name.
#[test]
fn no_target_is_an_alert_too() {
    let prometheus = Server::prometheus(&[], Some(&at_once(ALERTS)));
    prometheus.wait_for(
        r#"ALERTS{alertname="ConnmixAbsent",alertstate="firing"}"#,
        |firing| firing == 1.0,
    );
}
