//! Values that are taken at scrape time: closures, refresh hooks, and what becomes of a scrape when they fail.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod anything;
mod failing;
mod observed;
mod refresh;
mod refused;

use std::time::Duration;

use metricset::Registry;
use metricset::encode::{Format, encode};

/// As long as a busy machine may need for a hook or closure.
const LONG: Duration = Duration::from_secs(60);

/// A registry that waits so long for them.
fn patient() -> Registry {
    let registry = Registry::new();
    registry.set_refresh_timeout(LONG);
    registry
}

/// The exposition of a registry as text 0.0.4.
fn exposition(registry: &Registry) -> String {
    let mut text = String::new();
    encode(registry, Format::PrometheusText, &mut text);
    text
}

/// The samples of a registry, without comments.
fn samples(registry: &Registry) -> Vec<String> {
    exposition(registry)
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// How often a family, or a series of it, was left out of a scrape of this process for this reason.
fn skipped(what: &str, family: &str, reason: &str) -> u64 {
    let start =
        format!("metricset_skipped_{what}_total{{family=\"{family}\",reason=\"{reason}\"}} ");
    let linked = samples(&Registry::linked().unwrap());
    let count = linked.iter().find_map(|line| line.strip_prefix(&start));
    count.map_or(0, |count| count.parse().unwrap())
}
