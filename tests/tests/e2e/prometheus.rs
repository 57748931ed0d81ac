//! Debian's Prometheus, and questions to it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::thread;

use metricset_tests::poll::eventually;
use metricset_tests::process::{Process, try_curl};
use serde_json::Value;
use tempfile::TempDir;

/// A running server with its own storage.
pub(crate) struct Prometheus {
    _process: Process,
    _storage: TempDir,
    address: SocketAddr,
}

impl Prometheus {
    /// Starts a server that scrapes these targets every second, and evaluates these rules as often.
    pub(crate) fn start(targets: &[SocketAddr], rules: Option<&str>) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = |name| folder.path().join(name);
        let targets: Vec<_> = targets.iter().map(|target| format!("'{target}'")).collect();
        let mut config = format!(
            "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\n\
             scrape_configs: [{{job_name: examples, static_configs: [{{targets: [{}]}}]}}]\n",
            targets.join(", ")
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

    /// The `data` of an API call.
    pub(crate) fn api(&self, path: &str, parameters: &[(&str, &str)]) -> Result<Value, String> {
        let url = format!("http://{}/api/v1/{path}", self.address);
        let parameters: Vec<_> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut args = vec!["--get", &url];
        for parameter in &parameters {
            args.extend(["--data-urlencode", parameter]);
        }
        let answer = try_curl(&args)?;
        let mut answer: Value = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
        match answer["status"].as_str() {
            Some("success") => Ok(answer["data"].take()),
            _ => Err(answer.to_string()),
        }
    }

    /// The values of the instant vector that an expression gives; an error if there are none.
    pub(crate) fn query(&self, expression: &str) -> Result<Vec<f64>, String> {
        let data = self.api("query", &[("query", expression)])?;
        let values: Vec<_> = data["result"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|sample| sample["value"][1].as_str()?.parse().ok())
            .collect();
        match values.is_empty() {
            true => Err(format!("`{expression}` gives nothing: {data}")),
            false => Ok(values),
        }
    }

    /// Waits until the expression gives one value, and it is right.
    pub(crate) fn wait_for(&self, expression: &str, is_right: impl Fn(f64) -> bool) {
        eventually(expression, || match self.query(expression)?[..] {
            [value] if is_right(value) => Ok(()),
            ref values => Err(format!("{values:?}")),
        });
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
