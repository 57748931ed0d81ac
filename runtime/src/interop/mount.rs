//! A registry of prometheus-client in an exposition of ours.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use metricset_model::Location;

use super::error::MountError;
use super::exposition::{self, Capture, Family, Malformed};
use super::skipped::{Reason, Skipped};
use crate::Registry;
use crate::collect::{FamilyHead, Sink};
use crate::registry::{Families, RegisterError, reserved_names};

/// A registry of prometheus-client, in whatever a program keeps it. For [`Registry::mount`].
pub trait ForeignRegistry: Send + Sync + 'static {
    /// Writes its families, without the end of the exposition.
    ///
    /// # Errors
    /// If one of its metrics has no text.
    fn encode(&self, out: &mut dyn Write) -> std::fmt::Result;
}

impl ForeignRegistry for prometheus_client::registry::Registry {
    fn encode(&self, mut out: &mut dyn Write) -> std::fmt::Result {
        prometheus_client::encoding::text::encode_registry(&mut out, self)
    }
}

impl<R: ForeignRegistry + ?Sized> ForeignRegistry for Arc<R> {
    fn encode(&self, out: &mut dyn Write) -> std::fmt::Result {
        R::encode(self, out)
    }
}

impl<R: ForeignRegistry + ?Sized> ForeignRegistry for Mutex<R> {
    fn encode(&self, out: &mut dyn Write) -> std::fmt::Result {
        let registry = self.lock();
        registry.unwrap_or_else(PoisonError::into_inner).encode(out)
    }
}

impl<R: ForeignRegistry + ?Sized> ForeignRegistry for RwLock<R> {
    fn encode(&self, out: &mut dyn Write) -> std::fmt::Result {
        let registry = self.read();
        registry.unwrap_or_else(PoisonError::into_inner).encode(out)
    }
}

impl Registry {
    /// Serves the families of a registry of prometheus-client behind the own ones, in every format.
    ///
    /// Exemplars are left out. What the registry gains later is served too, unless it clashes or has no place in an
    /// exposition: then the family, or the series, is left out of the scrape and counted in
    /// `metricset_mount_skipped_families_total` and `metricset_mount_skipped_series_total`.
    ///
    /// # Errors
    /// If a family of it clashes with one that is served already, or with another of itself, or has no place in an exposition.
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    ///
    /// use metricset::Registry;
    /// use metricset::encode::{Format, encode};
    /// use prometheus_client::metrics::counter::Counter;
    ///
    /// let requests = Counter::<u64>::default();
    /// let mut theirs = prometheus_client::registry::Registry::default();
    /// theirs.register("requests", "Requests served", requests.clone());
    /// requests.inc();
    ///
    /// let registry = Registry::new();
    /// registry.mount(Arc::new(Mutex::new(theirs)))?;
    /// let mut exposition = String::new();
    /// encode(&registry, Format::PrometheusText, &mut exposition);
    /// assert!(exposition.contains("# TYPE requests_total counter\nrequests_total 1\n"));
    /// # Ok::<(), metricset::interop::MountError>(())
    /// ```
    pub fn mount(&self, registry: impl ForeignRegistry) -> Result<(), MountError> {
        let mut exposition = Capture::default();
        registry
            .encode(&mut exposition)
            .map_err(MountError::Encode)?;
        let skipped = self.shared()?;
        let families = self.families();
        let mounted = self.mounts.0.write();
        let mut mounted = mounted.unwrap_or_else(PoisonError::into_inner);
        let mut names = mounted.names.clone();
        names.add(&families);
        for family in exposition::families(&exposition.0) {
            names.claim(&family?.head())?;
        }
        // A later family may change the OpenMetrics names of ours.
        names.0.retain(|_, owner| owner.location.is_none());
        mounted.names = names;
        mounted.registries.push((Arc::new(registry), skipped));
        Ok(())
    }
}

/// What is mounted in a registry.
#[derive(Default)]
pub(crate) struct Mounts(RwLock<Mounted>);

#[derive(Clone, Default)]
struct Mounted {
    registries: Vec<(Arc<dyn ForeignRegistry>, Skipped)>,
    /// The names of their families when they were mounted.
    names: Names,
}

impl Mounts {
    /// Hands the families of all mounted registries to the sink, but for those that clash.
    pub(crate) fn collect(&self, own: &Families, sink: &mut dyn Sink) {
        let registries = self.read(|mounted| mounted.registries.clone());
        if registries.is_empty() {
            return;
        }
        let mut names = Names::default();
        names.add(own);
        for (registry, skipped) in registries {
            let mut exposition = Capture::default();
            let result = registry.encode(&mut exposition);
            let mut families: Vec<_> = exposition::families(&exposition.0).collect();
            if result.is_err()
                && let Some(Ok(Family { name, .. }) | Err(Malformed { family: name, .. })) =
                    families.pop()
            {
                skipped.family(&name, Reason::Failed);
            }
            for family in families {
                match family {
                    Err(malformed) => skipped.family(&malformed.family, Reason::Malformed),
                    Ok(family) if names.claim(&family.head()).is_err() => {
                        skipped.family(&family.name, Reason::Clash);
                    }
                    Ok(family) => {
                        skipped.series(&family.name, family.skipped);
                        family.collect(sink);
                    }
                }
            }
        }
    }

    /// Checks families that are about to be registered.
    pub(crate) fn check(&self, own: &Families) -> Result<(), RegisterError> {
        self.read(|mounted| {
            if mounted.registries.is_empty() {
                return Ok(());
            }
            for (head, family) in own.heads() {
                let clash =
                    reserved_names(&head).find_map(|sample| mounted.names.0.get_key_value(&sample));
                if let Some((sample, owner)) = clash {
                    return Err(RegisterError::MountClash {
                        sample: sample.clone(),
                        name: head.name.to_owned(),
                        location: family.descriptor.location,
                        mounted: owner.family.to_string(),
                    });
                }
            }
            Ok(())
        })
    }

    fn read<R>(&self, f: impl FnOnce(&Mounted) -> R) -> R {
        f(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Which family has which name, of its own or of a sample, in any format.
#[derive(Clone, Default)]
struct Names(HashMap<String, Owner>);

#[derive(Clone)]
struct Owner {
    family: Arc<str>,
    /// `None` for a family of a mounted registry.
    location: Option<Location>,
}

impl Names {
    /// Adds the families of a registry of ours, which do not clash with each other.
    fn add(&mut self, families: &Families) {
        for (head, family) in families.heads() {
            let owner = Owner {
                family: head.name.into(),
                location: Some(family.descriptor.location),
            };
            let names = reserved_names(&head);
            self.0.extend(names.map(|name| (name, owner.clone())));
        }
    }

    /// Adds a family of a mounted registry.
    fn claim(&mut self, head: &FamilyHead<'_>) -> Result<(), MountError> {
        let names: Vec<String> = reserved_names(head).collect();
        let clash = names.iter().find_map(|name| self.0.get_key_value(name));
        if let Some((sample, owner)) = clash {
            return Err(MountError::Clash {
                family: head.openmetrics.family.to_owned(),
                sample: sample.clone(),
                other: owner.family.to_string(),
                location: owner.location,
            });
        }
        let owner = Owner {
            family: head.openmetrics.family.into(),
            location: None,
        };
        self.0
            .extend(names.into_iter().map(|name| (name, owner.clone())));
        Ok(())
    }
}
