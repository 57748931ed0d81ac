//! Addresses and settings: what is wrong is an error before anything is served.

use std::error::Error;
use std::io;
use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use metricset::Exporter;
use metricset::export::{ExporterBuilder, ExporterError};

use crate::client::get;
use crate::start;

fn exporter() -> ExporterBuilder {
    Exporter::builder().registry(metricset::Registry::new())
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let server = start(|exporter| exporter).await;
    let error = exporter().bind(server.addr).listen().await.unwrap_err();
    let message = error.to_string();
    assert!(message.contains(&server.addr.to_string()), "{message}");
    assert!(matches!(error, ExporterError::Bind { .. }));
    let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
    assert_eq!(source.kind(), io::ErrorKind::AddrInUse);
    // Also where binding and serving is one call, in a task of its own.
    let serving = tokio::spawn(exporter().bind(server.addr).serve());
    let error = serving.await.unwrap().unwrap_err();
    assert!(matches!(error, ExporterError::Bind { .. }));
}

#[tokio::test]
async fn what_is_no_address_is_an_error() {
    for address in [
        "",
        "9464",
        ":9464",
        "127.0.0.1",
        "127.0.0.1:http",
        "127.0.0.1:70000",
        "no such host:1",
    ] {
        let error = exporter().bind(address).listen().await.unwrap_err();
        assert!(
            matches!(error, ExporterError::Resolve { .. }),
            "{address}: {error:?}"
        );
        assert!(error.to_string().contains(&format!("`{address}`")));
        assert!(error.source().is_some());
    }
}

#[tokio::test]
async fn an_address_of_another_host_is_an_error() {
    // Kept for documentation (RFC 5737), so no host has it.
    let error = exporter().bind("192.0.2.1:0").listen().await.unwrap_err();
    assert!(matches!(error, ExporterError::Bind { .. }), "{error:?}");
}

#[tokio::test]
async fn the_address_is_known() {
    let server = exporter().bind("127.0.0.1:0").listen().await.unwrap();
    assert!(server.local_addr().ip().is_loopback());
    assert_ne!(server.local_addr().port(), 0);

    let server = start(|exporter| exporter.bind("[::1]:0")).await;
    assert_eq!(server.addr.ip(), Ipv6Addr::LOCALHOST);
    assert_eq!(get(server.addr, "/health").await.status, 200);

    let server = start(|exporter| exporter.bind("localhost:0")).await;
    assert!(server.addr.ip().is_loopback());
    assert_eq!(get(server.addr, "/health").await.status, 200);

    let any = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    let server = start(|exporter| exporter.bind(any)).await;
    assert_eq!(get(server.addr, "/health").await.status, 200);
}

#[tokio::test]
async fn the_default_is_loopback() {
    let default = "127.0.0.1:9464";
    match exporter().listen().await {
        Ok(server) => assert_eq!(server.local_addr().to_string(), default),
        // Something else on this host may have the port.
        Err(ExporterError::Bind { address, .. }) => assert_eq!(address, default),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn clients_can_connect_before_it_serves() {
    let server = exporter().bind("127.0.0.1:0").listen().await.unwrap();
    let addr = server.local_addr();
    let early = tokio::spawn(get(addr, "/health"));
    let _connected = tokio::net::TcpStream::connect(addr).await.unwrap();
    let serving = tokio::spawn(server.serve());
    assert_eq!(early.await.unwrap().status, 200);
    serving.abort();
}

#[test]
fn settings_that_serve_nothing_are_errors() {
    for (builder, name) in [
        (exporter().max_connections(0), "max_connections"),
        (exporter().max_scrapes_in_flight(0), "max_scrapes_in_flight"),
        (exporter().header_timeout(Duration::ZERO), "header_timeout"),
        (exporter().write_timeout(Duration::ZERO), "write_timeout"),
        (exporter().scrape_timeout(Duration::ZERO), "scrape_timeout"),
    ] {
        let error = builder.build().unwrap_err();
        assert!(matches!(error, ExporterError::Limit { limit, .. } if limit == name));
        assert!(error.to_string().contains(name));
    }
}

#[tokio::test]
async fn the_largest_settings_are_taken() {
    let mut server = start(|exporter| {
        exporter
            .max_connections(usize::MAX)
            .max_scrapes_in_flight(usize::MAX)
            .header_timeout(Duration::MAX)
            .write_timeout(Duration::MAX)
            .scrape_timeout(Duration::MAX)
            .shutdown_timeout(Duration::MAX)
    })
    .await;
    assert_eq!(get(server.addr, "/metrics").await.status, 200);
    server.stop();
    crate::within(&mut server.serving).await.unwrap();
}

#[test]
fn keys_of_healthz_are_unique() {
    for builder in [
        exporter()
            .health("peers", || 1_u64)
            .health("peers", || 2_u64),
        exporter().health("uptime_seconds", || 1_u64),
    ] {
        let error = builder.build().unwrap_err();
        assert!(matches!(error, ExporterError::HealthKey { .. }));
    }
}
