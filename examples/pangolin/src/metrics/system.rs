//! The server itself, and what it does in the background.

use std::time::Duration;

use metricset::{
    Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet, Observed, UpDownGauge,
};

use super::{ByResult, Outcome};

/// The server.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct SystemMetrics {
    /// Config reload outcomes
    // PG-09: outcomes take a label, which is `result` elsewhere.
    pub(crate) config_reloads_total: Family<ByResult, Counter>,
    /// Process restart count
    // PG-22: a process knows of no earlier one, so `--state` names the file that does. PG-21: the published name.
    #[metric(allow(reserved_suffix))]
    pub(crate) restart_count_total: Observed<Counter>,
    /// Background jobs by type and status
    pub(crate) background_jobs_total: Family<JobDone, Counter>,
    /// Certificate expiry in days
    // PG-15: of all certificates; `acme_cert_expiry_days` is of those that renew themselves. PG-10: by domain. PG-20: the
    // published unit.
    #[metric(allow(non_base_unit))]
    pub(crate) certificates_expiry_days: Observed<Family<ByDomain<'static>, Gauge<f64>>>,
}

// PG-08: the label is called as it is written.
#[derive(Clone, Copy, LabelSet)]
pub(crate) struct JobDone {
    pub(crate) r#type: JobType,
    pub(crate) status: Outcome,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum JobType {
    ConfigSync,
    PluginFetch,
    CertificateRenewal,
    SessionCleanup,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ByDomain<'a> {
    pub(crate) domain: &'a str,
}

/// Traefik, which gets its configuration from here.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct TraefikMetrics {
    /// Config sync duration
    // PG-24: a distribution like the other durations.
    #[metric(buckets = "fast_latency")]
    pub(crate) traefik_provider_sync_seconds: Histogram<Duration>,
    /// Provider errors by error_type
    pub(crate) traefik_provider_errors_total: Family<ProviderError, Counter>,
    /// Plugin fetch attempts by plugin and result
    pub(crate) plugin_fetch_total: Family<PluginFetch<'static>, Counter>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ProviderError {
    pub(crate) error_type: ProviderErrorType,
}

#[derive(Clone, Copy, Debug, LabelEnum)]
pub(crate) enum ProviderErrorType {
    /// A resource whose name Traefik would not take.
    InvalidName,
    /// A resource that two sites have.
    DuplicateName,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct PluginFetch<'a> {
    pub(crate) plugin: &'a str,
    pub(crate) result: Outcome,
}

/// Certificates that renew themselves.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct AcmeMetrics {
    /// ACME events by domain and event type
    // PG-07: "event type", in the form of the document's other labels.
    pub(crate) acme_cert_events_total: Family<CertificateEvent<'static>, Counter>,
    /// Certificate expiry in days
    #[metric(allow(non_base_unit))]
    pub(crate) acme_cert_expiry_days: Observed<Family<ByDomain<'static>, Gauge<f64>>>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct CertificateEvent<'a> {
    pub(crate) domain: &'a str,
    pub(crate) event_type: EventType,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum EventType {
    Ordered,
    Renewed,
}

/// The database.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct DatabaseMetrics {
    /// DB pool connections by state
    pub(crate) db_pool_connections: Observed<Family<Pool, Gauge>>,
    /// DB connection wait time
    pub(crate) db_wait_seconds_total: Counter<f64>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Pool {
    pub(crate) state: ConnectionState,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum ConnectionState {
    Idle,
    Active,
}

/// What waits to be done.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct QueueMetrics {
    /// Hole-punch orchestration messages
    pub(crate) holepunch_orchestration_total: Counter,
    /// Pending background jobs by type
    pub(crate) background_queue_depth: Family<Waiting, UpDownGauge>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Waiting {
    pub(crate) r#type: JobType,
}
