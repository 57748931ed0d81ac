//! The documented systems side by side, each under its own load: every documented query and family comes back from Prometheus,
//! and from VictoriaMetrics, and no family is declared and forgotten.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use metricset_tests::catalogue::{Catalogue, Metric};
use metricset_tests::poll::eventually;
use metricset_tests::process::{Example, try_curl};
use serde_json::Value;

use crate::server::{Job, Server};
use crate::{example, socks, sockudo};

/// What counts trouble that nobody makes here: the alerts of these have a test of their own.
const TROUBLE: [&str; 3] = [
    "muti_metroo_exit_errors_total",
    "muti_metroo_socks5_auth_failures_total",
    "muti_metroo_stream_errors_total",
];

/// Between two connections through the proxy.
const PAUSE: Duration = Duration::from_millis(100);

/// A running system and what is scraped of it.
struct System {
    name: &'static str,
    targets: Vec<SocketAddr>,
    _process: Example,
}

impl System {
    fn start(name: &'static str, args: &[&str]) -> Self {
        Self::of(name, Example::start(example(name), args))
    }

    fn of(name: &'static str, process: Example) -> Self {
        Self {
            name,
            targets: vec![process.address()],
            _process: process,
        }
    }

    /// Waits until something has updated every family that the program declares, but for these.
    fn wait_until_touched(&self, allowed: &[&str]) {
        for target in &self.targets {
            let url = format!("http://{target}/healthz");
            eventually(&url, || {
                let health = try_curl(&[&url])?;
                let health: Value = serde_json::from_str(&health).map_err(|e| e.to_string())?;
                let untouched = health["untouched"].as_array().ok_or(health.to_string())?;
                match untouched
                    .iter()
                    .all(|name| allowed.iter().any(|known| name == known))
                {
                    true => Ok(()),
                    false => Err(format!("untouched: {untouched:?}")),
                }
            });
        }
    }
}

/// Two roles in one process, each with an address of its own.
fn connmix() -> System {
    let mut command = Command::new(example("connmix"));
    for listener in [
        "--center",
        "--engine",
        "--registry",
        "--socket",
        "--websocket",
    ] {
        command.args([listener, "127.0.0.1:0"]);
    }
    let mut process = Example::run(command.arg("--load"), "center on http://");
    process.announced("registry on ");
    let engine = process.announced("engine on http://");
    let mut system = System::of("connmix", process);
    system.targets.push(engine);
    system
}

#[test]
fn all_systems_are_scraped_at_once_and_answer_every_documented_query() {
    let mut proxy = Example::start(example("muti-metroo"), &["--socks", "127.0.0.1:0"]);
    let socks = proxy.announced("socks5 on ");
    let (pubsub, api) = sockudo::server(&["--queue", "--load", "20"]);
    let systems = [
        System::start("masque-vpn", &["--tunnel", "127.0.0.1:0"]),
        System::start(
            "pangolin",
            &["--proxy", "127.0.0.1:0", "--load", "--backend-down"],
        ),
        connmix(),
        System::of("muti-metroo", proxy),
        System::of("sockudo", pubsub),
    ];
    let jobs: Vec<Job<'_>> = systems
        .iter()
        .map(|system| (system.name, &*system.targets))
        .collect();
    let prometheus = Server::prometheus(&jobs, None);
    let victoria_metrics = Server::victoria_metrics(&jobs);

    // What the load of an example leaves out: connections through the proxy, and requests that the server cannot serve.
    let (_until_the_end, ended) = mpsc::channel::<()>();
    let port = prometheus.address.port();
    thread::spawn(move || {
        while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(PAUSE) {
            socks::visit(socks, port);
            sockudo::post(api, "batch_events", None);
        }
    });
    let targets = jobs.iter().map(|(_, targets)| targets.len()).sum::<usize>();
    for server in [&prometheus, &victoria_metrics] {
        server.wait_for("sum(up)", |up| up == targets as f64);
        for system in &systems {
            server.assert_answers(system.name);
        }
    }
    for system in &systems {
        system.wait_until_touched(&TROUBLE);
    }
}

impl Server {
    /// Checks that every documented query gives a value, and that every documented family is there.
    fn assert_answers(&self, system: &str) {
        let catalogue = Catalogue::read(system);
        for query in &catalogue.queries {
            eventually(&query.expr, || {
                match self.query(&query.expr)?.iter().any(|value| !value.is_nan()) {
                    true => Ok(()),
                    false => Err("nothing but NaN".to_owned()),
                }
            });
        }
        for metric in &catalogue.metrics {
            let series = format!("{}{{job=\"{system}\"}}", a_sample(metric));
            eventually(&series, || self.query(&series));
        }
    }
}

/// The name of a sample that every series of the family has.
fn a_sample(metric: &Metric) -> String {
    match &*metric.metric_type {
        "histogram" | "summary" => format!("{}_count", metric.name),
        _ => metric.name.clone(),
    }
}
