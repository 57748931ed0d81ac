//! What each metric type does with what it is given, and what it leaves out.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod allocations;
mod clients;
mod guards;
mod partial_key;
mod series;
mod values;

use metricset::Registry;
use metricset::encode::{Format, encode};

/// The samples of a registry as text, without comments.
fn samples(registry: &Registry) -> Vec<String> {
    let mut text = String::new();
    encode(registry, Format::PrometheusText, &mut text);
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}
