//! Several roles in one process, each with an exporter on a port of its own.

use std::net::SocketAddr;

use metricset::encode::Format;
use metricset::export::Readiness;
use metricset::{Exporter, Gauge, MetricSet, Optional, RegisterError, Registry};
use metricset_tests::judge::Judge;

use crate::client::get;

/// What the center alone knows.
#[derive(MetricSet)]
#[metrics(prefix = "role_center")]
struct Center {
    /// Engines that are registered.
    engines: Gauge,
}

/// What an engine alone knows.
#[derive(MetricSet)]
#[metrics(prefix = "role_engine")]
struct Engine {
    /// Clients of this engine.
    clients: Gauge,
}

/// What every role says.
#[derive(MetricSet)]
#[metrics(prefix = "role_process")]
struct Process {
    /// Threads of the process.
    threads: Gauge,
}

static CENTER: Center = Center::global();
static ENGINE: Engine = Engine::global();
static PROCESS: Process = Process::global();

/// A pool of connections.
#[derive(MetricSet)]
#[metrics(prefix = "role_pool", register = false)]
struct Pool {
    /// Connections open.
    connections: Gauge,
    #[metric(nested, prefix = "queue")]
    queue: Optional<Queue>,
}

/// What waits for a connection.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Queue {
    /// Requests that wait.
    waiting: Gauge,
}

/// Serves one role, until the test ends.
async fn serve(role: Registry, readiness: Readiness) -> SocketAddr {
    let server = Exporter::builder()
        .bind("127.0.0.1:0")
        .registry(role)
        .readiness(readiness)
        .listen()
        .await
        .unwrap();
    let addr = server.local_addr();
    tokio::spawn(server.serve());
    addr
}

#[tokio::test]
async fn each_role_has_its_own_families_and_those_that_all_share() {
    let center = Registry::builder().without::<Engine>().linked().unwrap();
    let engine = Registry::builder().without::<Center>().linked().unwrap();
    // Two instances of a set, on one of the roles, of which one has a queue.
    let primary: Pool = engine.set().label("pool", "primary").register().unwrap();
    let replica: Pool = engine.set().label("pool", "replica").register().unwrap();
    replica.queue.enable();

    CENTER.engines.set(1);
    ENGINE.clients.set(2);
    PROCESS.threads.set(3);
    primary.connections.set(4);
    replica.connections.set(5);
    replica.queue.get().unwrap().waiting.set(6);

    let center_ready = Readiness::ready();
    let center = serve(center, center_ready.clone()).await;
    let engine = serve(engine, Readiness::ready()).await;
    let mut judge = Judge::start();

    let of_center = get(center, "/metrics").await;
    judge.parse(Format::PrometheusText, of_center.text());
    assert_eq!(of_center.sample("role_center_engines"), Some(1.0));
    assert_eq!(of_center.sample("role_process_threads"), Some(3.0));
    for foreign in ["role_engine", "role_pool"] {
        assert!(!of_center.text().contains(foreign), "{}", of_center.text());
    }

    let of_engine = get(engine, "/metrics").await;
    judge.parse(Format::PrometheusText, of_engine.text());
    assert!(!of_engine.text().contains("role_center"));
    for (sample, value) in [
        ("role_engine_clients", 2.0),
        ("role_process_threads", 3.0),
        (r#"role_pool_connections{pool="primary"}"#, 4.0),
        (r#"role_pool_connections{pool="replica"}"#, 5.0),
        (r#"role_pool_queue_waiting{pool="replica"}"#, 6.0),
    ] {
        assert_eq!(of_engine.sample(sample), Some(value), "{sample}");
    }
    assert_eq!(
        of_engine.sample(r#"role_pool_queue_waiting{pool="primary"}"#),
        None
    );

    // What the exporters count, and whether they are ready, is each one's own.
    let again = get(center, "/metrics").await;
    let scrapes = r#"metricset_exporter_scrapes_total{status="200"}"#;
    assert_eq!(again.sample(scrapes), Some(1.0));
    assert_eq!(of_engine.sample(scrapes), Some(0.0));
    center_ready.set(false);
    assert_eq!(get(center, "/ready").await.status, 503);
    assert_eq!(get(engine, "/ready").await.status, 200);
}

#[test]
fn only_a_linked_set_can_be_left_out() {
    let error = Registry::builder().without::<Pool>().linked().unwrap_err();
    assert_eq!(error, RegisterError::NotLinked { set: "Pool" });
}
