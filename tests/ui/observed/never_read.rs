//! An observed metric whose closure is never installed.
#![deny(dead_code)]

use metricset::{Gauge, MetricSet, Observed};

#[derive(MetricSet)]
struct App {
    /// Given by a closure.
    files_open: Observed<Gauge>,
    /// Given by nobody.
    threads: Observed<Gauge>,
}

static APP: App = App::global();

fn main() {
    APP.files_open.read_with(|| 3);
}
