//! A running server that scrapes, and questions to it in the API that Prometheus and VictoriaMetrics share.

use std::net::SocketAddr;

use metricset_tests::poll::eventually;
use metricset_tests::process::{Process, try_curl};
use serde_json::Value;
use tempfile::TempDir;

/// A server with its own storage.
pub(crate) struct Server {
    pub(crate) _process: Process,
    pub(crate) _storage: TempDir,
    pub(crate) address: SocketAddr,
}

/// What is scraped under one value of the label `job`.
pub(crate) type Job<'a> = (&'a str, &'a [SocketAddr]);

/// The part of the configuration that both servers have: every target is scraped every second.
pub(crate) fn scrape_configs(jobs: &[Job<'_>]) -> String {
    let mut config = "scrape_configs:\n".to_owned();
    for (job, targets) in jobs {
        let targets: Vec<_> = targets.iter().map(|target| format!("'{target}'")).collect();
        let targets = targets.join(", ");
        config += &format!(
            "- {{job_name: {job}, scrape_interval: 1s, static_configs: [{{targets: [{targets}]}}]}}\n"
        );
    }
    config
}

impl Server {
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
}
