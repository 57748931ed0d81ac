//! Clients that are slow, many, or do not speak HTTP.

use std::io::ErrorKind;
use std::time::Duration;

use metricset::{Counter, Family, LabelSet, MetricSet, Registry};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use crate::client::{Connection, get, send, unchunked};
use crate::gate::Gate;
use crate::{eventually, start, within};

const SHORT: Duration = Duration::from_millis(200);

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let server = start(|exporter| exporter).await;
    let mut connection = Connection::open(server.addr).await;
    for path in ["/health", "/metrics", "/nothing", "/healthz"] {
        let status = if path == "/nothing" { 404 } else { 200 };
        assert_eq!(connection.get(path).await.status, status);
    }
    assert_eq!(connection.send("HEAD", "/metrics", &[]).await.status, 200);
    assert_eq!(connection.get("/ready").await.text(), "OK");
}

#[tokio::test]
async fn http_1_0_is_served() {
    let server = start(|exporter| exporter).await;
    let mut connection = Connection::open(server.addr).await;
    connection.ask("GET /health HTTP/1.0\r\n\r\n").await;
    let response = connection.closed().await;
    assert!(response.starts_with(b"HTTP/1.0 200 OK\r\n"));
    assert!(response.ends_with(b"\r\n\r\nOK"));
}

#[tokio::test]
async fn a_client_may_close_its_side_once_it_has_asked() {
    let registry = Registry::new();
    let gate = Gate::closed(&registry);
    let server = start(|exporter| exporter.registry(registry)).await;
    let mut connection = Connection::open(server.addr).await;
    connection.ask("GET /metrics HTTP/1.1\r\n\r\n").await;
    connection.0.shutdown().await.unwrap();
    gate.reached_by(1).await;
    // A round trip later the end of the stream has been seen too.
    assert_eq!(get(server.addr, "/health").await.status, 200);
    gate.open();
    let response = connection.closed().await;
    assert!(response.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(response.ends_with(b"\n"));
}

#[tokio::test]
async fn a_client_that_stops_in_its_headers_is_cut_off() {
    let server = start(|exporter| exporter.header_timeout(SHORT)).await;
    for half in ["", "GET /metr", "GET /metrics HTTP/1.1\r\nHost: x\r\nAcc"] {
        let mut connection = Connection::open(server.addr).await;
        connection.ask(half).await;
        assert_eq!(connection.closed().await, b"", "{half:?}");
    }
}

#[tokio::test]
async fn a_client_that_drips_its_headers_is_cut_off() {
    let server = start(|exporter| exporter.header_timeout(SHORT)).await;
    let connection = Connection::open(server.addr).await;
    let (mut read, mut write) = connection.0.into_split();
    let drip = tokio::spawn(async move {
        write
            .write_all(b"GET /metrics HTTP/1.1\r\nX: ")
            .await
            .unwrap();
        // The pace at which it sends, and nothing that is waited for.
        let mut drops = tokio::time::interval(SHORT / 20);
        while write.write_all(b"x").await.is_ok() {
            drops.tick().await;
        }
    });
    let mut answer = Vec::new();
    // Reset or closed: either way it is over.
    if let Err(error) = within(read.read_to_end(&mut answer)).await {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
    assert_eq!(answer, b"");
    within(drip).await.unwrap();
}

#[tokio::test]
async fn an_idle_connection_is_closed_without_a_word() {
    let mut server = start(|exporter| exporter.header_timeout(SHORT)).await;
    let mut connection = Connection::open(server.addr).await;
    assert_eq!(connection.get("/health").await.status, 200);
    assert_eq!(connection.closed().await, b"");
    assert!(server.errors.try_recv().is_err());
}

#[tokio::test]
async fn a_request_may_have_a_body_that_never_comes() {
    let server = start(|exporter| exporter.header_timeout(SHORT)).await;
    let response = send(server.addr, "GET", "/health", &["Content-Length: 1000000"]).await;
    assert_eq!((response.status, response.text()), (200, "OK"));
}

#[tokio::test]
async fn what_is_not_http_is_refused_and_reported() {
    let mut server = start(|exporter| exporter).await;
    let mut connection = Connection::open(server.addr).await;
    connection.ask("\u{16}\u{3}\u{1} hello TLS\r\n\r\n").await;
    assert!(connection.closed().await.starts_with(b"HTTP/1.1 400"));
    assert!(server.error().await.contains("connection from 127.0.0.1"));
    assert_eq!(get(server.addr, "/health").await.status, 200);
}

#[tokio::test]
async fn headers_are_bounded() {
    let server = start(|exporter| exporter).await;
    let long = format!("X-Long: {}", "x".repeat(64 * 1024));
    let mut connection = Connection::open(server.addr).await;
    let request = format!("GET /metrics HTTP/1.1\r\n{long}\r\n\r\n");
    // It may be cut off before it has sent everything.
    if let Err(error) = within(connection.0.write_all(request.as_bytes())).await {
        let cut_off = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
        assert!(cut_off.contains(&error.kind()), "{error}");
    }
    let answer = connection.closed().await;
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 431"));
    assert_eq!(get(server.addr, "/health").await.status, 200);
}

#[derive(LabelSet)]
struct Page<'a> {
    page: &'a str,
}

/// A large exposition.
#[derive(MetricSet)]
#[metrics(prefix = "large", register = false)]
struct Large {
    /// Pages read.
    pages_total: Family<Page<'static>, Counter>,
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_cut_off() {
    // More than the buffers of two sockets hold.
    let (registry, _) = large(512);
    let mut server = start(|exporter| exporter.registry(registry).write_timeout(SHORT)).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = within(socket.connect(server.addr)).await.unwrap();
    let mut connection = Connection(stream);
    connection.ask("GET /metrics HTTP/1.1\r\n\r\n").await;
    let error = server.error().await;
    assert!(error.starts_with("connection from"), "{error}");
    let taken = connection.closed().await;
    assert!(taken.len() < 512 * 60_000);
    // Whoever reads gets all of it.
    let whole = get(server.addr, "/metrics").await;
    assert_eq!(whole.status, 200);
    assert!(whole.body.len() > 512 * 60_000);
}

#[tokio::test]
async fn connections_are_bounded() {
    let mut server = start(|exporter| exporter.max_connections(2)).await;
    let mut first = Connection::open(server.addr).await;
    let mut second = Connection::open(server.addr).await;
    assert_eq!(first.get("/health").await.status, 200);
    assert_eq!(second.get("/health").await.status, 200);

    let mut third = Connection::open(server.addr).await;
    let refused = third.get("/health").await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("connection"), Some("close"));
    assert_eq!(third.closed().await, b"");
    assert!(server.error().await.contains("max_connections"));

    // Those that are in stay in, and a place that is given back is given out again.
    assert_eq!(second.get("/health").await.status, 200);
    drop(first);
    eventually(async || get(server.addr, "/health").await.status == 200).await;
    let kind = r#"metricset_exporter_errors_total{kind="too_many_connections"}"#;
    assert!(second.get("/metrics").await.sample(kind).unwrap() >= 1.0);
}

#[tokio::test]
async fn refusals_are_bounded_too() {
    let server = start(|exporter| exporter.max_connections(1)).await;
    let mut only = Connection::open(server.addr).await;
    assert_eq!(only.get("/health").await.status, 200);
    let mut silent = Vec::new();
    for _ in 0..64 {
        silent.push(Connection::open(server.addr).await);
    }
    let mut beyond = Connection::open(server.addr).await;
    assert_eq!(beyond.closed().await, b"");
    assert_eq!(silent[0].get("/health").await.status, 503);
    assert_eq!(only.get("/health").await.status, 200);
}

fn large(pages: usize) -> (Registry, Large) {
    let registry = Registry::new();
    let large: Large = registry.register().unwrap();
    for page in 0..pages {
        let page = format!("{page}{}", "x".repeat(60_000));
        large.pages_total.with(Page { page: &page }).inc();
    }
    (registry, large)
}

/// A connection on which a long exposition has begun to come, of which no more is read than its head.
pub(crate) async fn stalled(addr: std::net::SocketAddr) -> (Connection, Vec<u8>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = within(socket.connect(addr)).await.unwrap();
    let mut connection = Connection(stream);
    connection
        .ask("GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n")
        .await;
    let mut begin = vec![0; 300];
    within(connection.0.read_exact(&mut begin)).await.unwrap();
    assert!(begin.starts_with(b"HTTP/1.1 200 OK\r\n"));
    (connection, begin)
}

pub(crate) fn body(response: &[u8]) -> Option<Vec<u8>> {
    let head = response.windows(4).position(|four| four == b"\r\n\r\n");
    unchunked(&response[head.unwrap() + 4..])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_stalls_holds_nobody_up() {
    let (registry, large) = large(512);
    let server = start(|exporter| exporter.registry(registry.clone())).await;
    let (mut connection, mut response) = stalled(server.addr).await;
    // The scrape waits for this client; creating, removing, registering and other scrapes do not.
    let others = tokio::task::spawn_blocking(move || {
        large.pages_total.with(Page { page: "new" }).inc();
        assert!(large.pages_total.remove(Page { page: "new" }));
        let other: Result<Large, _> = registry.set().prefix("other").register();
        other
            .unwrap()
            .pages_total
            .with(Page { page: "other" })
            .inc();
    });
    within(others).await.unwrap();
    let whole = get(server.addr, "/metrics").await;
    assert_eq!(
        whole.sample(r#"other_pages_total{page="other"}"#),
        Some(1.0)
    );
    assert_eq!(whole.header("content-length"), None);
    // And once the client goes on it gets all of what there was.
    response.extend(connection.closed().await);
    let text = String::from_utf8(body(&response).unwrap()).unwrap();
    assert_eq!(text.matches("\nlarge_pages_total{").count(), 512);
    assert!(text.ends_with('\n'));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_takes_too_long_is_cut_off_and_gives_its_place_back() {
    let (registry, _) = large(512);
    let mut server = start(|exporter| {
        exporter
            .registry(registry)
            .max_scrapes_in_flight(1)
            .scrape_timeout(SHORT)
    })
    .await;
    let (mut connection, mut response) = stalled(server.addr).await;
    // `/healthz` collects too.
    eventually(async || get(server.addr, "/healthz").await.status == 200).await;
    response.extend(connection.closed().await);
    assert_eq!(body(&response), None, "the end is missing");
    // Among those of the requests that were refused meanwhile.
    while !server.error().await.contains("scrape given up") {}
}

#[tokio::test]
async fn a_collector_that_panics_late_ends_the_connection() {
    let (registry, _) = large(8);
    let gate = Gate::new(&registry);
    gate.set_broken(true);
    let mut server = start(|exporter| exporter.registry(registry)).await;
    let mut connection = Connection::open(server.addr).await;
    connection.ask("GET /metrics HTTP/1.1\r\n\r\n").await;
    let response = connection.closed().await;
    assert!(response.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert_eq!(body(&response), None, "the end is missing");
    let error = server.error().await;
    assert!(error.contains("the collector is out of order"), "{error}");
}
