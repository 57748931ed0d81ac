//! The proxy under real traffic, with the documented queries and alert rules.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::thread;

use metricset_tests::catalogue::Catalogue;
use metricset_tests::poll::eventually;
use metricset_tests::process::{Example, curl};
use socket2::{Domain, Socket, Type};
use tempfile::NamedTempFile;

use crate::alerts::at_once;
use crate::server::Server;
use crate::{example, socks};

const ALERTS: &str = include_str!("../../../examples/muti-metroo/alerts.yml");

const USER: &str = "ada";
const PASSWORD: &str = "lovelace";
/// Longer than the 5 s that `HighStreamLatency` puts up with.
const DIAL_TIMEOUT: &str = "6";

/// What curl sent and received: headers and bodies.
const SIZES: &str = "\n%{size_request} %{size_upload} %{size_header} %{size_download}";

/// `rate(…[5m]) > 10` is more than 3,000 within five minutes.
const BURST: usize = 3_200;
/// More than one in a hundred stream openings, so that the 99th percentile is one of these.
const TIMEOUTS: usize = 64;

/// A proxy that listens, and its address.
fn proxy(args: &[&str]) -> (Example, SocketAddr) {
    let args = [&["--socks", "127.0.0.1:0"], args].concat();
    let mut proxy = Example::start(example("muti-metroo"), &args);
    let socks = proxy.announced("socks5 on ");
    (proxy, socks)
}

#[test]
fn traffic_through_curl_comes_back_from_the_documented_queries() {
    let site = Example::start(example("quickstart"), &[]);
    let (node, socks) = proxy(&[]);
    let prometheus = Server::prometheus(&[("examples", &[node.address()])], None);
    // A rate needs the value before the traffic.
    prometheus.wait_for("up", |up| up == 1.0);

    let mut page = NamedTempFile::new().expect("a temporary file");
    page.write_all(&[b'x'; 60_000]).expect("a writable file");
    let page = page.path().to_str().expect("a plain name");
    let url = format!("http://localhost:{}/keys/page", site.address().port());
    let socks = socks.to_string();
    let (mut sent, mut received) = (0, 0);
    for upload in [&["--upload-file", page][..], &[], &[]] {
        let common = ["--socks5-hostname", &socks, "--write-out", SIZES, &url];
        let printed = curl(&[upload, &common].concat());
        let sizes = printed.lines().last().expect("curl prints the sizes");
        let size = |place| -> u64 {
            let size = sizes.split(' ').nth(place).expect("a size");
            size.parse().expect("a number")
        };
        sent += size(0) + size(1);
        received += size(2) + size(3);
    }

    let exactly = |n: u64| move |value: f64| value == n as f64;
    prometheus.wait_for(
        r#"muti_metroo_bytes_sent_total{type="data"}"#,
        exactly(sent),
    );
    prometheus.wait_for(
        r#"muti_metroo_bytes_received_total{type="data"}"#,
        exactly(received),
    );
    for counter in [
        "socks5_connections_total",
        "streams_opened_total",
        "streams_closed_total",
        "exit_connections_total",
        "exit_dns_queries_total",
        "exit_dns_latency_seconds_count",
        "stream_open_latency_seconds_count",
        "socks5_connect_latency_seconds_count",
    ] {
        prometheus.wait_for(&format!("muti_metroo_{counter}"), exactly(3));
    }
    for gauge in [
        "socks5_connections_active",
        "streams_active",
        "exit_connections_active",
    ] {
        prometheus.wait_for(&format!("muti_metroo_{gauge}"), exactly(0));
    }

    // What the simulated peers feed.
    prometheus.wait_for("muti_metroo_peers_connected", |peers| peers > 0.0);
    for (family, count) in [
        ("rpc_calls_total", 4.0),
        ("keepalive_rtt_seconds_count", 1.0),
    ] {
        prometheus.wait_for(&format!("sum(muti_metroo_{family})"), |n| n >= count);
    }

    prometheus.assert_openmetrics(
        "muti_metroo_peers",
        "Total peer connections established",
        "muti_metroo_keepalive_rtt_seconds",
    );
    for query in Catalogue::read("muti-metroo").queries {
        eventually(&query.expr, || prometheus.query(&query.expr));
    }
}

#[test]
fn the_documented_alerts_fire_where_they_should_and_nowhere_else() {
    let credentials = ["--user", USER, "--password", PASSWORD];
    let (busy, socks) = proxy(&[&credentials[..], &["--dial-timeout", DIAL_TIMEOUT]].concat());
    let (lonely, _) = proxy(&["--peers", "0"]);
    let (healthy, _) = proxy(&[]);
    let targets = [&busy, &lonely, &healthy].map(Example::address);
    let prometheus = Server::prometheus(&[("examples", &targets)], Some(&at_once(ALERTS)));
    // A rate needs the value before the trouble.
    prometheus.wait_for("sum(up)", |up| up == 3.0);
    prometheus.wait_for("min(muti_metroo_routes_total > 0)", |routes| routes > 0.0);

    // Bound and not listening: refuses connections.
    let (_refusing, refusing) = bound();
    // Listening, with a queue that is full: connections hang.
    let (full, silent) = bound();
    full.listen(0).expect("it is bound");
    let _queued = TcpStream::connect(silent).expect("the queue has one place");

    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..BURST {
                let (_, verdict) = socks::log_in(socks, USER, "guess");
                assert_ne!(verdict, 0);
            }
        });
        scope.spawn(|| {
            for _ in 0..BURST {
                let (stream, verdict) = socks::log_in(socks, USER, PASSWORD);
                assert_eq!(verdict, 0);
                let connection_refused = 5;
                assert_eq!(socks::connect(stream, refusing), connection_refused);
            }
        });
        for _ in 0..TIMEOUTS {
            scope.spawn(|| {
                let (stream, _) = socks::log_in(socks, USER, PASSWORD);
                let ttl_expired = 6;
                assert_eq!(socks::connect(stream, silent), ttl_expired);
            });
        }
    });

    let [busy, lonely, _] = targets;
    let expected = [
        ("HighAuthFailures", busy),
        ("HighStreamErrors", busy),
        ("HighStreamLatency", busy),
        ("NoPeersConnected", lonely),
        ("NoRoutes", lonely),
    ];
    prometheus.wait_for_alerts(ALERTS, &expected);
}

/// A socket with a port of its own, which nobody else can take.
fn bound() -> (Socket, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(&any.into()).expect("a free port");
    let address = socket.local_addr().expect("it is bound");
    let address = address.as_socket().expect("it is IPv4");
    (socket, address)
}
