//! prometheus-client both ways.

#![allow(
    dead_code,
    reason = "what is exposed before anything is recorded is looked at too"
)]

mod collector;
mod mount;
mod refused;

use metricset::Registry;
use metricset::encode::{Format, encode};
use prometheus_client::encoding::text;

/// Our exposition.
fn ours(registry: &Registry, format: Format) -> String {
    let mut exposition = String::new();
    encode(registry, format, &mut exposition);
    exposition
}

/// The exposition of prometheus-client.
fn theirs(registry: &prometheus_client::registry::Registry) -> String {
    let mut exposition = String::new();
    text::encode(&mut exposition, registry).expect("everything has text");
    exposition
}
