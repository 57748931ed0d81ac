//! The sites: what they have, and since when they are there.

mod agent;
mod link;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

use crate::config::{ResourceConfig, SiteConfig};
use crate::metrics::{BySite, METRICS};

/// What a site has to know to be let in.
pub(crate) const KEY: &str = "open-sesame";

/// A site, for as long as anybody has to do with it.
pub(crate) struct Site {
    pub(crate) id: String,
    pub(crate) region: String,
    pub(crate) resources: Vec<Resource>,
    /// What it says to be let in.
    key: String,
    online: Mutex<Online>,
}

#[derive(Default)]
struct Online {
    since: Option<Instant>,
    before: Duration,
}

pub(crate) struct Resource {
    pub(crate) id: String,
    pub(crate) protected: bool,
    active: AtomicI64,
}

/// Counts a request to a resource while it lives.
pub(crate) struct ActiveGuard<'a>(&'a Resource);

impl Site {
    fn new(config: &SiteConfig) -> Self {
        let resource = |config: &ResourceConfig| Resource {
            id: config.id.clone(),
            protected: config.protected,
            active: AtomicI64::new(0),
        };
        Self {
            id: config.id.clone(),
            region: config.region.clone(),
            resources: config.resources.iter().map(resource).collect(),
            key: config.key.clone(),
            online: Mutex::default(),
        }
    }

    pub(crate) fn is_online(&self) -> bool {
        self.online().since.is_some()
    }

    /// All the time that it was online.
    pub(crate) fn uptime(&self) -> Duration {
        let online = self.online();
        online.before + online.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn set_online(&self, is_online: bool) {
        let before = self.uptime();
        *self.online() = Online {
            since: is_online.then(Instant::now),
            before,
        };
    }

    fn online(&self) -> MutexGuard<'_, Online> {
        self.online.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Site {
    /// Nobody can record for it any more, so its series end for good. A site of the same name that was added before the last
    /// request to this one was over loses what it has counted by then.
    fn drop(&mut self) {
        METRICS.by_site.remove(BySite { site_id: &self.id });
    }
}

impl Resource {
    pub(crate) fn active(&self) -> i64 {
        self.active.load(Ordering::Relaxed)
    }

    pub(crate) fn start(&self) -> ActiveGuard<'_> {
        self.active.fetch_add(1, Ordering::Relaxed);
        ActiveGuard(self)
    }
}

impl Drop for ActiveGuard<'_> {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The sites that are configured, each with the task that talks to it.
#[derive(Default)]
pub(crate) struct Sites(Mutex<BTreeMap<String, (Arc<Site>, AbortHandle)>>);

impl Sites {
    /// False if there is one of this name.
    pub(crate) fn add(&self, config: &SiteConfig) -> bool {
        let mut sites = self.lock();
        if sites.contains_key(&config.id) {
            return false;
        }
        let site = Arc::new(Site::new(config));
        let link = tokio::spawn(link::keep(site.clone()));
        sites.insert(config.id.clone(), (site, link.abort_handle()));
        true
    }

    /// False if there is none of this name.
    pub(crate) fn remove(&self, id: &str) -> bool {
        match self.lock().remove(id) {
            Some((_, link)) => {
                link.abort();
                true
            }
            None => false,
        }
    }

    /// Makes them those of the configuration.
    pub(crate) fn configure(&self, configured: &[SiteConfig]) {
        for site in self.all() {
            if !configured.iter().any(|config| config.id == site.id) {
                self.remove(&site.id);
            }
        }
        for config in configured {
            self.add(config);
        }
    }

    pub(crate) fn all(&self) -> Vec<Arc<Site>> {
        self.lock().values().map(|(site, _)| site.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, (Arc<Site>, AbortHandle)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
