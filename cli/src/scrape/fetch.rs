//! One request to an endpoint.

use std::time::Duration;

use anyhow::{Context, bail};
use ureq::Agent;

/// More than any sane exposition; a stream that never ends is cut there.
const MOST_BYTES: u64 = 256 << 20;

pub(super) fn fetch(url: &str, timeout: Duration) -> anyhow::Result<String> {
    if !url.starts_with("http://") && !url.starts_with("https://") {
        bail!("`{url}` is not an address: write `http://HOST:PORT/metrics`");
    }
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        .build()
        .into();
    let request = agent.get(url).header(
        "Accept",
        "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5",
    );
    let mut response = match request.call() {
        Ok(response) => response,
        Err(ureq::Error::Timeout(_)) => {
            bail!("`{url}` did not answer within {} s", timeout.as_secs_f64())
        }
        Err(error) => return Err(error).with_context(|| format!("cannot reach `{url}`")),
    };
    let status = response.status();
    if !status.is_success() {
        bail!("`{url}` answered with status {status}");
    }
    let media = response
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let body = response
        .body_mut()
        .with_config()
        .limit(MOST_BYTES)
        .read_to_string();
    let body = match body {
        Ok(body) => body,
        Err(ureq::Error::Timeout(_)) => {
            bail!(
                "`{url}` did not finish its answer within {} s",
                timeout.as_secs_f64()
            )
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read the answer of `{url}`"));
        }
    };
    if media.starts_with("text/html") || body.trim_start().starts_with('<') {
        bail!("`{url}` serves HTML, not metrics: is the path right?");
    }
    Ok(body)
}
