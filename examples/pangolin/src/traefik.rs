//! The configuration that Traefik fetches: a router for each resource.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::metrics::{METRICS, ProviderError, ProviderErrorType};
use crate::site::Sites;

#[derive(Default)]
pub(crate) struct Traefik(Mutex<String>);

impl Traefik {
    /// What it would be given now.
    pub(crate) fn config(&self) -> String {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Writes the configuration anew. What has no place in it is left out, and is an error.
    pub(crate) fn sync(&self, sites: &Sites) -> Result<(), ProviderErrorType> {
        let _duration = METRICS.traefik.traefik_provider_sync_seconds.start_timer();
        let mut config = String::from("http:\n  routers:\n");
        let mut names = BTreeSet::new();
        let mut outcome = Ok(());
        for site in sites.all() {
            for resource in &site.resources {
                let name = &resource.id;
                let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
                let wrong = match is_plain {
                    false => Some(ProviderErrorType::InvalidName),
                    true if !names.insert(name.clone()) => Some(ProviderErrorType::DuplicateName),
                    true => None,
                };
                if let Some(error_type) = wrong {
                    let error = ProviderError { error_type };
                    METRICS
                        .traefik
                        .traefik_provider_errors_total
                        .with(error)
                        .inc();
                    outcome = Err(error_type);
                    continue;
                }
                config += &format!(
                    "    {name}: {{ rule: \"PathPrefix(`/{name}`)\", service: {} }}\n",
                    site.id
                );
            }
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = config;
        outcome
    }
}
