//! Debian's VictoriaMetrics, which asks for text 0.0.4 where Prometheus asks for OpenMetrics.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};

use metricset_tests::poll::eventually;
use metricset_tests::process::{Process, try_curl};
use tempfile::TempDir;

use crate::server::{Job, Server, scrape_configs};

impl Server {
    /// Starts a VictoriaMetrics that scrapes these jobs every second.
    pub(crate) fn victoria_metrics(jobs: &[Job<'_>]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let config = folder.path().join("scrape.yml");
        fs::write(&config, scrape_configs(jobs)).expect("a writable folder");
        let data = folder.path().join("data");
        // It does not say which port it got for port 0. One that was free a moment ago may be taken now: then it ends, and
        // another is tried.
        let (process, address) = eventually("VictoriaMetrics", || {
            let address = free_address();
            let mut process = Process::start(
                Command::new("victoria-metrics")
                    .arg(format!("-promscrape.config={}", config.display()))
                    .arg(format!("-storageDataPath={}", data.display()))
                    .arg(format!("-httpListenAddr={address}"))
                    // Else what was scraped just now is not yet in an answer.
                    .arg("-search.latencyOffset=0s")
                    .stderr(Stdio::null()),
            );
            eventually("its answer", || {
                if let Ok(Some(status)) = process.child().try_wait() {
                    return Ok(Err(format!("{address}: {status}")));
                }
                try_curl(&[&format!("http://{address}/health")]).map(Ok)
            })?;
            Ok((process, address))
        });
        Self {
            _process: process,
            _storage: folder,
            address,
        }
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound")
}
