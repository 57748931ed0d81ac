//! Shutting down: what is in flight is finished, for a bounded time.

use std::time::Duration;

use metricset::Registry;
use tokio::net::TcpStream;

use crate::client::{self, Connection};
use crate::gate::{Gate, scrape_in_flight};
use crate::{eventually, start, within};

#[tokio::test]
async fn a_scrape_in_flight_is_finished() {
    let registry = Registry::new();
    let gate = Gate::close(&registry);
    let server = start(|exporter| exporter.registry(registry).max_scrapes_in_flight(1)).await;
    let (mut waiting, _) = scrape_in_flight(server.addr).await;
    let mut idle = Connection::open(server.addr).await;
    assert_eq!(idle.get("/health").await.status, 200);

    server.stop.send(()).unwrap();
    assert_eq!(idle.closed().await, b"");
    eventually(async || TcpStream::connect(server.addr).await.is_err()).await;
    assert!(!server.serving.is_finished());

    gate.open();
    let answered = within(waiting.join_next()).await.unwrap().unwrap();
    assert_eq!(answered.status, 200);
    assert_eq!(
        answered.sample(r#"gate_openings_total{door="front"}"#),
        Some(1.0)
    );
    within(server.serving).await.unwrap();
}

#[tokio::test]
async fn a_scrape_that_does_not_end_is_cut_off() {
    let registry = Registry::new();
    let gate = Gate::close(&registry);
    let mut server = start(|exporter| {
        exporter
            .registry(registry)
            .max_scrapes_in_flight(1)
            .shutdown_timeout(Duration::from_millis(50))
    })
    .await;
    let mut scraper = Connection::open(server.addr).await;
    let request = b"GET /metrics HTTP/1.1\r\n\r\n";
    tokio::io::AsyncWriteExt::write_all(&mut scraper.0, request)
        .await
        .unwrap();
    eventually(async || client::get(server.addr, "/metrics").await.status == 503).await;
    assert!(server.error().await.contains("max_scrapes_in_flight"));

    server.stop.send(()).unwrap();
    within(&mut server.serving).await.unwrap();
    assert_eq!(scraper.closed().await, b"");
    let told = within(server.errors.recv()).await.unwrap();
    assert!(told.starts_with("1 connections did not end"), "{told}");
    gate.open();
}

#[tokio::test]
async fn nothing_is_left_when_the_future_is_dropped() {
    let server = start(|exporter| exporter).await;
    let mut connection = Connection::open(server.addr).await;
    assert_eq!(connection.get("/health").await.status, 200);
    server.serving.abort();
    assert_eq!(connection.closed().await, b"");
    eventually(async || TcpStream::connect(server.addr).await.is_err()).await;
}
