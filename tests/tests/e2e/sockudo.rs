//! The pub/sub server in the kinds of trouble that its documented alerts are about.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use metricset_tests::process::Example;

use crate::alerts::at_once;
use crate::example;
use crate::server::Server;

const ALERTS: &str = include_str!("../../../examples/sockudo/alerts.yml");

/// Longer than the second that `SockudoHighLatency` puts up with.
const SLOW: Duration = Duration::from_millis(1_500);

/// A server, and where its API is.
pub(crate) fn server(args: &[&str]) -> (Example, SocketAddr) {
    let args = [&["--api", "127.0.0.1:0"], args].concat();
    let mut server = Example::start(example("sockudo"), &args);
    let api = server.announced("api on ");
    (server, api)
}

#[test]
fn the_documented_alerts_fire_where_they_should_and_nowhere_else() {
    // Accepts nothing, so that whoever calls it waits for an answer.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent = format!("http://{}/", silent.local_addr().expect("it is bound"));

    let (failing, failing_api) = server(&[]);
    let (slow, slow_api) = server(&[]);
    let (crowded, _) = server(&["--queue", "--load", "1200", "--webhook", &silent]);
    let (gone, _) = server(&[]);
    let (healthy, _) = server(&["--queue", "--load", "20"]);
    let targets = [&failing, &slow, &crowded, &gone, &healthy].map(Example::address);
    let prometheus = Server::prometheus(&[("sockudo", &targets)], Some(&at_once(ALERTS)));
    // A rate needs the value before the trouble.
    prometheus.wait_for("sum(up)", |up| up == 5.0);

    for _ in 0..10 {
        assert_eq!(post(failing_api, "batch_events", None), 501);
    }
    assert_eq!(post(slow_api, "events", Some(SLOW)), 400);
    drop(gone);

    let [failing, slow, crowded, gone, _] = targets;
    let expected = [
        ("SockudoHighErrorRate", failing),
        ("SockudoHighConnections", crowded),
        ("SockudoInstanceDown", gone),
        ("SockudoHighLatency", slow),
        ("SockudoQueueBacklog", crowded),
    ];
    prometheus.wait_for_alerts(ALERTS, &expected);
}

/// Posts two bytes that are no event, and takes so long about it; the status of the answer.
pub(crate) fn post(api: SocketAddr, endpoint: &str, slowness: Option<Duration>) -> u16 {
    let mut stream = TcpStream::connect(api).expect("the server listens");
    let head = format!(
        "POST /apps/demo-app/{endpoint} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("the server reads");
    if slowness.is_some() {
        stream
            .set_read_timeout(slowness)
            .expect("longer than nothing");
        stream
            .read_exact(&mut [0])
            .expect_err("the server waits for the body");
        stream.set_read_timeout(None).expect("no limit");
    }
    stream.write_all(b"{}").expect("the server reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("the server answers");
    let status = answer.split(' ').nth(1).expect("a status");
    status.parse().expect("a number")
}
