//! Shutting down: what is in flight is finished, for a bounded time.

use std::time::Duration;

use metricset::Registry;
use tokio::net::TcpStream;

use crate::client::{Connection, get};
use crate::gate::Gate;
use crate::{eventually, start, within};

#[tokio::test]
async fn a_scrape_in_flight_is_finished() {
    let registry = Registry::new();
    let gate = Gate::closed(&registry);
    let mut server = start(|exporter| exporter.registry(registry)).await;
    let scrape = tokio::spawn(get(server.addr, "/metrics"));
    gate.reached_by(1).await;
    let mut idle = Connection::open(server.addr).await;
    assert_eq!(idle.get("/health").await.status, 200);

    server.stop();
    assert_eq!(idle.closed().await, b"");
    eventually(async || TcpStream::connect(server.addr).await.is_err()).await;
    assert!(!server.serving.is_finished());

    gate.open();
    let answered = within(scrape).await.unwrap();
    assert_eq!(answered.status, 200);
    assert_eq!(answered.sample("gate_open"), Some(1.0));
    within(&mut server.serving).await.unwrap();
}

#[tokio::test]
async fn a_scrape_that_does_not_end_is_cut_off() {
    let registry = Registry::new();
    let gate = Gate::closed(&registry);
    let timeout = Duration::from_millis(50);
    let mut server = start(|exporter| exporter.registry(registry).shutdown_timeout(timeout)).await;
    let mut scraper = Connection::open(server.addr).await;
    scraper.ask("GET /metrics HTTP/1.1\r\n\r\n").await;
    gate.reached_by(1).await;

    server.stop();
    within(&mut server.serving).await.unwrap();
    assert_eq!(scraper.closed().await, b"");
    let told = server.error().await;
    assert!(told.starts_with("1 connections did not end"), "{told}");
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
