//! What the parts of the server share.

use std::error::Error;
use std::sync::Arc;

use crate::auth::Auth;
use crate::backend::Backends;
use crate::certificates::Certificates;
use crate::config::Source;
use crate::jobs::Jobs;
use crate::metrics::{ByResult, JobType, METRICS, Outcome};
use crate::site::Sites;
use crate::traefik::Traefik;

pub(crate) struct App {
    pub(crate) source: Source,
    pub(crate) sites: Arc<Sites>,
    pub(crate) backends: Backends,
    pub(crate) auth: Auth,
    pub(crate) certificates: Arc<Certificates>,
    pub(crate) traefik: Traefik,
    pub(crate) jobs: Jobs,
}

impl App {
    /// Reads the configuration again: sites that are no longer in it end, new ones start. The rest stays as it was.
    pub(crate) fn reload(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let read = self.source.read();
        let result = Outcome::of(&read);
        METRICS
            .system
            .config_reloads_total
            .with(ByResult { result })
            .inc();
        self.sites.configure(&read?.sites);
        self.jobs.push(JobType::ConfigSync);
        Ok(())
    }
}
