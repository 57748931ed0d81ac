//! What the exporter measures of itself.

use std::time::Duration;

use super::ServeError;
use crate::{Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet};

/// The exporter itself.
#[derive(Clone, Copy, MetricSet)]
#[metrics(prefix = "metricset_exporter", register = false, crate = crate)]
pub(super) struct ExporterMetrics {
    /// Scrapes answered, by HTTP status.
    pub(super) scrapes_total: Family<Answer, Counter>,
    /// Time to collect, encode and compress an exposition.
    #[metric(buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])]
    pub(super) scrape_duration_seconds: Histogram<Duration>,
    /// Size of an exposition before compression.
    #[metric(buckets = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8])]
    pub(super) scrape_size_bytes: Histogram,
    /// Series in the last exposition.
    pub(super) exposed_series: Gauge,
    /// Things that went wrong while serving, by kind.
    pub(super) errors_total: Family<Failure, Counter>,
}

#[derive(LabelSet)]
#[label(crate = crate)]
pub(super) struct Answer {
    pub(super) status: Status,
}

#[derive(Clone, Copy, LabelEnum)]
#[label(crate = crate)]
pub(super) enum Status {
    #[label(rename = "200")]
    Ok,
    #[label(rename = "500")]
    Failed,
    #[label(rename = "503")]
    Unavailable,
}

#[derive(LabelSet)]
#[label(crate = crate)]
pub(super) struct Failure {
    pub(super) kind: FailureKind,
}

#[derive(Clone, Copy, LabelEnum)]
#[label(crate = crate)]
pub(super) enum FailureKind {
    Accept,
    TooManyConnections,
    Connection,
    TooManyScrapes,
    ScrapeTimeout,
    Scrape,
    ShutdownTimeout,
}

impl FailureKind {
    pub(super) fn of(error: &ServeError) -> Self {
        match error {
            ServeError::Accept { .. } => Self::Accept,
            ServeError::TooManyConnections { .. } => Self::TooManyConnections,
            ServeError::Connection { .. } => Self::Connection,
            ServeError::TooManyScrapes => Self::TooManyScrapes,
            ServeError::ScrapeTimeout { .. } => Self::ScrapeTimeout,
            ServeError::Scrape { .. } => Self::Scrape,
            ServeError::ShutdownTimeout { .. } => Self::ShutdownTimeout,
        }
    }
}
