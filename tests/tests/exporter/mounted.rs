//! The same handler in servers that are not ours.

use hyper::body::Body;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use metricset::{Exporter, Registry};
use tokio::net::TcpListener;

use crate::client::{Connection, get, send};

fn exporter() -> Exporter {
    Exporter::builder()
        .registry(Registry::new())
        .build()
        .unwrap()
}

const SCRAPES: &str = r#"metricset_exporter_scrapes_total{status="200"}"#;

#[tokio::test]
async fn in_axum() {
    let exporter = exporter();
    let app = axum::Router::new()
        .route("/", axum::routing::get(async || "the application"))
        .route_service("/metrics", exporter.clone())
        .nest_service("/internal", exporter);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let serving = tokio::spawn(async { axum::serve(listener, app).await });

    assert_eq!(get(addr, "/").await.text(), "the application");
    let exposition = get(addr, "/metrics").await;
    assert_eq!(exposition.status, 200);
    assert_eq!(exposition.sample(SCRAPES), Some(0.0));
    assert_eq!(
        get(addr, "/internal/metrics").await.sample(SCRAPES),
        Some(1.0)
    );
    assert_eq!(get(addr, "/internal/health").await.text(), "OK");
    assert_eq!(get(addr, "/internal/nothing").await.status, 404);

    let head = send(addr, "HEAD", "/internal/health", &[]).await;
    assert_eq!(
        (head.status, head.header("content-length")),
        (200, Some("2"))
    );
    assert_eq!(head.body, b"");
    let post = send(addr, "POST", "/metrics", &["Content-Length: 0"]).await;
    assert_eq!(
        (post.status, post.header("allow")),
        (405, Some("GET, HEAD"))
    );
    let zipped = send(addr, "GET", "/metrics", &["Accept-Encoding: gzip"]).await;
    assert!(
        zipped
            .unzipped()
            .contains("metricset_exporter_scrapes_total")
    );
    serving.abort();
}

#[tokio::test]
async fn as_the_fallback_of_axum() {
    let app = axum::Router::new().fallback_service(exporter());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let serving = tokio::spawn(async { axum::serve(listener, app).await });
    assert_eq!(get(addr, "/metrics").await.status, 200);
    assert_eq!(get(addr, "/ready").await.text(), "OK");
    assert!(get(addr, "/").await.text().contains("/healthz"));
    serving.abort();
}

#[tokio::test]
async fn in_hyper() {
    let exporter = exporter();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), exporter)
            .await
    });
    let mut connection = Connection::open(addr).await;
    assert_eq!(connection.get("/metrics").await.sample(SCRAPES), Some(0.0));
    assert_eq!(connection.get("/metrics").await.sample(SCRAPES), Some(1.0));
    let head = connection.send("HEAD", "/metrics", &[]).await;
    assert_eq!((head.status, &*head.body), (200, &b""[..]));
    assert_eq!(connection.get("/healthz").await.status, 200);
    drop(connection);
    crate::within(serving).await.unwrap().unwrap();
}

/// HTTP/1 servers drop the body of a HEAD response by themselves; what other servers do is up to them.
#[tokio::test]
async fn a_head_response_has_no_body_whatever_the_server() {
    let request = hyper::Request::head("/metrics").body(()).unwrap();
    let Ok(response) = Service::call(&exporter(), request).await;
    assert_eq!(response.status(), 200);
    assert!(response.body().is_end_stream());
    assert_eq!(response.body().size_hint().exact(), Some(0));
    let len: u64 = response.headers()["content-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(len > 0);
}
