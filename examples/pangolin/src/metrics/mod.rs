//! The documented catalogue, as declarations: names, labels and help are the document's, to the letter.
//!
//! Where the document contradicts itself or leaves something open, the reading taken here is named by its id (`PG-…`) in
//! `checks/tests/catalogues/pangolin.toml`. It states no types (PG-04) and hardly any label values (PG-06): the types are
//! those that the catalogue infers, the values those that this program has a use for.

mod access;
mod resource;
mod site;
mod system;

use metricset::{LabelEnum, LabelSet, MetricSet, PartialKey};

pub(crate) use access::*;
pub(crate) use resource::*;
pub(crate) use site::*;
pub(crate) use system::*;

pub(crate) static METRICS: PangolinMetrics = PangolinMetrics::global();

/// All of them.
// One set around the others, so that one call ends all series of a site.
#[derive(MetricSet)]
#[metrics(prefix = "pangolin")]
pub(crate) struct PangolinMetrics {
    #[metric(nested)]
    pub(crate) site: SiteMetrics,
    #[metric(nested)]
    pub(crate) resource: ResourceMetrics,
    #[metric(nested)]
    pub(crate) tunnel: TunnelMetrics,
    #[metric(nested)]
    pub(crate) wireguard: WireGuardMetrics,
    #[metric(nested)]
    pub(crate) backend: BackendMetrics,
    #[metric(nested)]
    pub(crate) auth: AuthMetrics,
    #[metric(nested)]
    pub(crate) ui: UiMetrics,
    #[metric(nested)]
    pub(crate) system: SystemMetrics,
    #[metric(nested)]
    pub(crate) web_socket: WebSocketMetrics,
    #[metric(nested)]
    pub(crate) traefik: TraefikMetrics,
    #[metric(nested)]
    pub(crate) acme: AcmeMetrics,
    #[metric(nested)]
    pub(crate) database: DatabaseMetrics,
    #[metric(nested)]
    pub(crate) integration: IntegrationMetrics,
    #[metric(nested)]
    pub(crate) queue: QueueMetrics,
    #[metric(partial_key)]
    pub(crate) by_site: PartialKey<BySite<'static>>,
}

/// As seen from here: what comes in from clients and sites, and what goes out to them.
#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Direction {
    Ingress,
    Egress,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ByDirection {
    pub(crate) direction: Direction,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Outcome {
    Success,
    Failure,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct ByResult {
    pub(crate) result: Outcome,
}

impl Outcome {
    pub(crate) fn of<T, E>(result: &Result<T, E>) -> Self {
        match result {
            Ok(_) => Self::Success,
            Err(_) => Self::Failure,
        }
    }
}
