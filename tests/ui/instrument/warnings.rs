//! Warnings stay where they were.
#![deny(warnings, dead_code)]

use metricset::instrument_metric;

#[instrument_metric]
fn unused(used: u8, unused_argument: u8, mut not_changed: u8) -> u8 {
    let unused_variable = used;
    used + not_changed
}

#[instrument_metric]
async fn unused_async(used: u8, unused_argument: u8, (a, b): (u8, u8)) -> u8 {
    let unused_variable = used;
    used + a
}

#[instrument_metric]
fn never_called() {}

#[instrument_metric]
async fn never_called_async() {}

#[instrument_metric]
#[deprecated]
fn deprecated() {}

#[instrument_metric]
#[must_use]
fn must_be_used() -> u8 {
    1
}

#[instrument_metric]
#[must_use]
async fn must_be_used_async() -> u8 {
    1
}

#[instrument_metric]
fn unreachable() -> u8 {
    return 1;
    2
}

struct Peer;

#[instrument_metric]
impl Peer {
    fn never_called(&self) {}

    fn unused(&self, unused_argument: u8) {}
}

async fn run() {
    must_be_used_async().await;
}

fn main() {
    unused(1, 2, 3);
    drop(unused_async(1, 2, (3, 4)));
    deprecated();
    must_be_used();
    unreachable();
    Peer.unused(1);
    run();
}
