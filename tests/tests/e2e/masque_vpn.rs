//! The tunnel server in the two kinds of trouble that its documented alerts are about.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use metricset_tests::process::Example;

use crate::alerts::at_once;
use crate::example;
use crate::server::Server;

const ALERTS: &str = include_str!("../../../examples/masque-vpn/alerts.yml");

/// `rate(…[5m]) > 0.1` is more than 30 within five minutes, and Prometheus may find them at the end of a minute.
const DATAGRAMS: usize = 200;

/// A server, and where clients reach it.
fn server(args: &[&str]) -> (Example, SocketAddr) {
    let args = [&["--tunnel", "127.0.0.1:0"], args].concat();
    let mut server = Example::start(example("masque-vpn"), &args);
    let tunnel = server.announced("tunnel on ");
    (server, tunnel)
}

#[test]
fn the_documented_alerts_fire_where_they_should_and_nowhere_else() {
    let (disturbed, tunnel) = server(&["--clients", "0"]);
    let one_address = ["--pool-size", "1", "--idle-timeout", "600"];
    let (exhausted, its_tunnel) = server(&[&["--clients", "0"], &one_address[..]].concat());
    let (healthy, _) = server(&[]);
    let targets = [&disturbed, &exhausted, &healthy].map(Example::address);
    let prometheus = Server::prometheus(&[("masque-vpn", &targets)], Some(&at_once(ALERTS)));
    // A rate needs the value before the trouble.
    prometheus.wait_for("sum(up)", |up| up == 3.0);

    let client = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    for _ in 0..DATAGRAMS {
        client.send_to(b"?", tunnel).expect("loopback takes it");
    }
    let limit = Some(Duration::from_secs(30));
    client.set_read_timeout(limit).expect("longer than nothing");
    let request = b"\x01open-sesame\nada";
    client
        .send_to(request, its_tunnel)
        .expect("loopback takes it");
    let mut answer = [0; 64];
    // Refusals of the datagrams before come first.
    while client.recv_from(&mut answer).expect("an answer").1 != its_tunnel {}
    let accepted = 2;
    assert_eq!(answer[0], accepted);

    let [disturbed, exhausted, _] = targets;
    let expected = [
        ("HighErrorRate", disturbed),
        ("IPPoolExhaustion", exhausted),
    ];
    prometheus.wait_for_alerts(ALERTS, &expected);
}
