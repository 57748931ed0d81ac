//! A metric that is declared and never updated.
#![deny(dead_code)]

use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
struct App {
    /// Requests.
    requests_total: Counter,
    /// Never updated.
    errors_total: Counter,
}

static APP: App = App::global();

fn main() {
    APP.requests_total.inc();
}
