//! Values that are taken at scrape time, over HTTP.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use metricset::{Counter, Family, Gauge, LabelSet, MetricSet, Observed, Registry};

use crate::client::get;
use crate::connections::{body, stalled};
use crate::{eventually, start, within};

#[derive(LabelSet)]
struct Lease<'a> {
    address: &'a str,
}

/// Addresses for clients.
#[derive(MetricSet)]
#[metrics(prefix = "pool", register = false)]
struct Pool {
    /// In use.
    used: Gauge,
    /// Free.
    available: Gauge,
    /// By address.
    leases: Family<Lease<'static>, Gauge>,
}

/// What is recorded.
#[derive(MetricSet)]
#[metrics(prefix = "visits", register = false)]
struct Visits {
    /// Visits so far.
    seen_total: Counter,
    /// Pages open now.
    open_pages: Observed<Gauge>,
}

#[tokio::test]
async fn a_hook_that_hangs_costs_a_scrape_its_own_set() {
    let registry = Registry::new();
    registry.set_refresh_timeout(Duration::from_millis(200));
    let visits: Visits = registry.register().unwrap();
    visits.seen_total.inc();
    visits.open_pages.read_with(|| 3);
    let (gate, hung) = mpsc::channel::<()>();
    let hung = Mutex::new(hung);
    let set = registry.set().refresh(move |pool: &Pool| {
        // Waits until the other end is dropped.
        let _ = hung.lock().unwrap().recv();
        pool.used.set(1);
        pool.available.set(2);
    });
    let _pool: Pool = set.register().unwrap();

    let server = start(|exporter| exporter.registry(registry)).await;
    for path in ["/metrics", "/healthz", "/metrics"] {
        assert_eq!(get(server.addr, path).await.status, 200);
    }
    let response = get(server.addr, "/metrics").await;
    assert_eq!(response.sample("visits_seen_total"), Some(1.0));
    assert_eq!(response.sample("visits_open_pages"), Some(3.0));
    assert!(!response.text().contains("pool_"));
    drop(gate);
    eventually(async || {
        let response = get(server.addr, "/metrics").await;
        response.sample("pool_used") == Some(1.0)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_stalls_keeps_what_its_scrape_found_and_holds_up_no_hook() {
    let used = Arc::new(AtomicI64::new(10));
    let now = Arc::clone(&used);
    let registry = Registry::new();
    let set = registry.set().refresh(move |pool: &Pool| {
        let used = now.load(Ordering::Relaxed);
        pool.used.set(used);
        pool.available.set(250 - used);
    });
    let pool: Pool = set.register().unwrap();
    // More than the buffers of two sockets hold, and before `pool_used` in the exposition.
    for address in 0..512 {
        let address = &format!("{address}{}", "x".repeat(60_000));
        pool.leases.with(Lease { address }).inc();
    }
    let server = start(|exporter| exporter.registry(registry)).await;
    let (mut connection, mut response) = stalled(server.addr).await;
    used.store(99, Ordering::Relaxed);
    let other = within(get(server.addr, "/metrics")).await;
    assert_eq!(other.sample("pool_used"), Some(99.0));
    assert_eq!(other.sample("pool_available"), Some(151.0));

    response.extend(connection.closed().await);
    let text = String::from_utf8(body(&response).unwrap()).unwrap();
    assert!(text.contains("\npool_available 240\n"));
    assert!(text.contains("\npool_used 10\n"));
    assert_eq!(text.matches("\npool_leases{").count(), 512);
}
