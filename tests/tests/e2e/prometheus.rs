//! Debian's Prometheus.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;

use metricset_tests::poll::eventually;
use metricset_tests::process::Process;
use tempfile::TempDir;

use crate::server::{Job, Server, scrape_configs};

impl Server {
    /// Starts a Prometheus that scrapes these jobs and evaluates these rules every second.
    pub(crate) fn prometheus(jobs: &[Job<'_>], rules: Option<&str>) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = |name| folder.path().join(name);
        let mut config = format!(
            "global: {{evaluation_interval: 1s}}\n{}",
            scrape_configs(jobs)
        );
        if let Some(rules) = rules {
            fs::write(path("rules.yml"), rules).expect("a writable folder");
            config += "rule_files: [rules.yml]\n";
        }
        fs::write(path("prometheus.yml"), config).expect("a writable folder");
        let mut process = Process::start(
            Command::new("prometheus")
                .arg(format!(
                    "--config.file={}",
                    path("prometheus.yml").display()
                ))
                .arg(format!("--storage.tsdb.path={}", path("data").display()))
                .arg("--web.listen-address=127.0.0.1:0")
                .stderr(Stdio::piped()),
        );
        let stderr = process.child().stderr.take().expect("stderr is piped");
        let mut log = BufReader::new(stderr).lines().map_while(Result::ok);
        let address = log
            .find_map(|line| {
                let (_, address) = line.split_once("msg=\"Listening on\" address=")?;
                Some(address.parse().expect("an address"))
            })
            .expect("Prometheus says where it listens before it ends");
        // So that it never waits for somebody to read its log.
        thread::spawn(move || log.for_each(drop));
        Self {
            _process: process,
            _storage: folder,
            address,
        }
    }

    /// Checks, by what only OpenMetrics says, that the target was scraped in it.
    pub(crate) fn assert_openmetrics(&self, counter: &str, help: &str, seconds: &str) {
        let metadata = |family| {
            eventually(family, || {
                let data = self.api("targets/metadata", &[("metric", family)])?;
                match data[0].is_object() {
                    true => Ok(data[0].clone()),
                    false => Err(data.to_string()),
                }
            })
        };
        // In text the name of the family ends in `_total`.
        assert_eq!(metadata(counter)["type"], "counter");
        assert_eq!(metadata(counter)["help"], help);
        // Text has no units.
        assert_eq!(metadata(seconds)["unit"], "seconds");
    }
}
