//! Who comes in, and through which door.

use std::time::Duration;

use metricset::{Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet, Observed};

use super::{ByResult, Method, Outcome};

/// Authentication.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct AuthMetrics {
    /// Auth attempts by site_id, auth_method, and result
    pub(crate) auth_requests_total: Family<Attempt<'static>, Counter>,
    /// Auth latency distribution
    #[metric(buckets = "latency")]
    pub(crate) auth_request_duration_seconds: Histogram<Duration>,
    /// Active authenticated sessions
    // PG-19: sessions, whatever the name says.
    pub(crate) auth_active_users: Observed<Gauge>,
    /// Auth failures by reason
    // PG-25: one for each failure.
    pub(crate) auth_failure_reasons_total: Family<Failure, Counter>,
    /// Tokens issued by auth_method
    pub(crate) token_issued_total: Family<Issued, Counter>,
    /// Tokens revoked by reason
    pub(crate) token_revoked_total: Family<Revoked, Counter>,
    /// Token refreshes by result
    pub(crate) token_refresh_total: Family<ByResult, Counter>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Attempt<'a> {
    pub(crate) site_id: &'a str,
    pub(crate) auth_method: AuthMethod,
    pub(crate) result: Outcome,
}

#[derive(Clone, Copy, Debug, LabelEnum, PartialEq)]
pub(crate) enum AuthMethod {
    Password,
    ApiKey,
    Token,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Failure {
    pub(crate) reason: AuthFailure,
}

#[derive(Clone, Copy, Debug, LabelEnum)]
pub(crate) enum AuthFailure {
    NoToken,
    UnknownToken,
    WrongPassword,
    WrongKey,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Issued {
    pub(crate) auth_method: AuthMethod,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Revoked {
    pub(crate) reason: Revocation,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Revocation {
    Logout,
    Expired,
    Refreshed,
}

/// The user interface.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct UiMetrics {
    /// UI/API requests by endpoint, method, and status
    // PG-18: the integration API is counted apart.
    pub(crate) ui_requests_total: Family<UiRequest, Counter>,
    /// Active UI sessions
    pub(crate) ui_active_sessions: Observed<Gauge>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct UiRequest {
    pub(crate) endpoint: Endpoint,
    pub(crate) method: Method,
    pub(crate) status: u16,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Endpoint {
    #[label(rename = "/ui/login")]
    Login,
    #[label(rename = "/ui/logout")]
    Logout,
    #[label(rename = "/ui/refresh")]
    Refresh,
    #[label(rename = "/ui/reload")]
    Reload,
    #[label(rename = "/ui/sites")]
    Sites,
    #[label(rename = "/ui/sites/{id}")]
    Site,
    #[label(other)]
    Other,
}

/// The API for other programs.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct IntegrationMetrics {
    /// Integration API requests
    pub(crate) integration_api_requests_total: Counter,
    /// Integration API latency
    #[metric(buckets = "latency")]
    pub(crate) integration_api_duration_seconds: Histogram<Duration>,
}
