//! What a scrape holds in memory does not grow with the series.
//!
//! One test alone in its program, since the allocator counts for all threads.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;

use metricset::{Counter, Exporter, Family, LabelSet, MetricSet, Registry};
use peak_alloc::PeakAlloc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What the documentation of `max_scrapes_in_flight` states.
const MOST: usize = 1024 * 1024;

#[derive(LabelSet)]
struct Client<'a> {
    client_id: &'a str,
    shard: u64,
}

/// Clients.
#[derive(MetricSet)]
#[metrics(prefix = "clients", register = false)]
struct Clients {
    /// Requests by client.
    #[metric(max_series = 1_000_000)]
    requests_total: Family<Client<'static>, Counter>,
}

/// One scrape: what was allocated at most beyond what there was before, and how many bytes came.
async fn scrape(addr: SocketAddr, encoding: &str) -> (usize, usize) {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let request = format!(
        "GET /metrics HTTP/1.1\r\nAccept-Encoding: {encoding}\r\nConnection: close\r\n\r\n"
    );
    let mut buffer = [0; 16 * 1024];
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut len = 0;
    loop {
        match stream.read(&mut buffer).await.unwrap() {
            0 => break,
            read => len += read,
        }
    }
    (MEMORY.peak_usage().saturating_sub(before), len)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scrape_holds_as_much_of_many_series_as_of_few() {
    let registry = Registry::new();
    let clients: Clients = registry.register().unwrap();
    let exporter = Exporter::builder().bind("127.0.0.1:0").registry(registry);
    let server = exporter.listen().await.unwrap();
    let addr = server.local_addr();
    let serving = tokio::spawn(server.serve());
    let mut series = 0;
    for wanted in [10_000, 200_000] {
        while series < wanted {
            let client_id = format!("client-{}", series % 1_000);
            let shard = series / 1_000;
            clients
                .requests_total
                .with(Client {
                    client_id: &client_id,
                    shard,
                })
                .inc_by(series * 7);
            series += 1;
        }
        for (encoding, least) in [("identity", 40), ("gzip", 4)] {
            // What threads and families keep from scrape to scrape is there after the first.
            scrape(addr, encoding).await;
            let (peak, len) = scrape(addr, encoding).await;
            assert!(
                len > series as usize * least,
                "{len} bytes of {series} series"
            );
            assert!(peak < MOST, "{encoding} of {series} series: {peak} bytes");
        }
    }
    serving.abort();
}
