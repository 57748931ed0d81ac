//! Registries: which sets are exposed, under which names.

mod builder;
mod error;
mod families;
mod jobs;
mod openmetrics;

#[cfg(any(feature = "exporter", feature = "prometheus-client"))]
use std::any::Any;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use metricset_model::{Location, MetricType};

pub use builder::{RegistryBuilder, SetBuilder};
pub use error::RegisterError;
pub(crate) use families::Families;
pub(crate) use jobs::Member;
#[cfg(feature = "prometheus-client")]
pub(crate) use openmetrics::reserved_names;

use crate::collect::{FamilyHead, SeriesLabels, Sink, Value};
use crate::lanes;
use crate::reading::{Readings, Timeout};
use crate::set::MetricSet;

/// Holds metric sets and refuses clashes. A handle to shared state: clones are the same registry.
///
/// [`Registry::linked`] holds every set of the program; [`Registry::new`] is empty, for tests and for several instances.
///
/// ```
/// use metricset::{Counter, MetricSet, Registry};
///
/// /// Queries.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "db", register = false)]
/// struct DbMetrics {
///     /// Queries run.
///     queries_total: Counter,
/// }
///
/// let registry = Registry::new();
/// let primary: DbMetrics = registry.set().label("role", "primary").register()?;
/// let replica: DbMetrics = registry.set().label("role", "replica").register()?;
/// primary.queries_total.inc();
/// replica.queries_total.inc_by(2);
/// # Ok::<(), metricset::RegisterError>(())
/// ```
#[derive(Clone, Default)]
pub struct Registry {
    /// A collection goes on with what it began with: a registration never waits for one, and changes a copy meanwhile.
    families: Arc<RwLock<Arc<Families>>>,
    /// The sets that [`Registry::shared`] registered.
    #[cfg(any(feature = "exporter", feature = "prometheus-client"))]
    shared: Arc<std::sync::Mutex<Vec<Box<dyn Any + Send + Sync>>>>,
    refresh_timeout: Timeout,
    #[cfg(feature = "prometheus-client")]
    pub(crate) mounts: Arc<crate::interop::Mounts>,
}

impl Registry {
    /// An empty registry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A registry of every set that the linker registered, under the names that they declare, and of the counters of
    /// what was refused: `metricset_dropped_updates_total`, `metricset_overflowed_updates_total`,
    /// `metricset_skipped_families_total` and `metricset_skipped_series_total`.
    ///
    /// # Errors
    /// If two sets clash; the error names both declarations.
    pub fn linked() -> Result<Self, RegisterError> {
        Self::builder().linked()
    }

    /// Chooses which linked sets are registered, and their prefixes and labels.
    pub fn builder() -> RegistryBuilder {
        RegistryBuilder::default()
    }

    /// Registers a new instance of a set, under the prefix that it declares.
    ///
    /// The instance's storage is never freed: handles to it are `Copy` and may be anywhere.
    ///
    /// # Errors
    /// If a family of the set clashes with one that is there.
    pub fn register<S: MetricSet>(&self) -> Result<S, RegisterError> {
        self.set().register()
    }

    /// Registers a new instance of a set, with another prefix or with constant labels.
    pub fn set<S: MetricSet>(&self) -> SetBuilder<'_, S> {
        SetBuilder::new(self)
    }

    /// The one instance of a set that everybody who asks for it here shares; the first to ask registers it.
    ///
    /// # Errors
    /// If a family of the set clashes with one that is there.
    #[cfg(any(feature = "exporter", feature = "prometheus-client"))]
    pub(crate) fn shared<S: MetricSet + Copy + Send + Sync>(&self) -> Result<S, RegisterError> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(set) = shared.iter().find_map(|set| set.downcast_ref()) {
            return Ok(*set);
        }
        let set: S = self.register()?;
        shared.push(Box::new(set));
        Ok(set)
    }

    /// Hands every family and series to the sink: those of the sets sorted by name, then those of mounted registries.
    ///
    /// Before that it has the refresh hooks of sets and the closures of [`Observed`](crate::Observed) metrics called, and waits
    /// for them; see [`Registry::set_refresh_timeout`].
    pub fn collect<S: Sink + ?Sized>(&self, sink: &mut S) {
        let families = self.families();
        let readings = self.read(&families);
        families.collect(&readings, &lanes::view(), sink);
        #[cfg(feature = "prometheus-client")]
        self.mounts.collect(&families, &mut { sink });
    }

    /// Sets how long a collection waits for refresh hooks and the closures of [`Observed`](crate::Observed) metrics, all of
    /// them together; [`REFRESH_TIMEOUT`](crate::REFRESH_TIMEOUT) if it is not set, and a day at most. Families whose hook or
    /// closure takes longer are left out.
    ///
    /// Less than the time that a scraper waits, which is 10 seconds if Prometheus is not told otherwise.
    pub fn set_refresh_timeout(&self, timeout: Duration) {
        self.refresh_timeout.set(timeout);
    }

    /// Every family that the program exposes although nothing has updated it since the start, or whose closure was never
    /// installed: declared, and perhaps forgotten.
    /// What this library says about itself and about the process is not among them.
    ///
    /// `/healthz` of the exporter lists them under `untouched`, and `testing::assert_touched` refuses them in a test.
    #[must_use]
    #[inline]
    pub fn untouched(&self) -> Vec<FamilyRef> {
        self.families()
            .iter()
            .filter(|family| family.is_untouched())
            .map(|family| FamilyRef {
                name: family.name.clone(),
                metric_type: family.descriptor.metric_type,
                location: family.descriptor.location,
            })
            .collect()
    }

    /// How many families and series a collection would expose now.
    #[must_use]
    #[inline]
    pub fn size(&self) -> Size {
        let mut size = Size::default();
        self.collect(&mut size);
        size
    }

    /// Calls what has to be called before a collection.
    pub(crate) fn read(&self, families: &Families) -> Readings {
        families.read(self.refresh_timeout.get())
    }

    pub(crate) fn families(&self) -> Arc<Families> {
        let families = self.families.read();
        families.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl std::fmt::Debug for Registry {
    #[inline]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let families = self.families();
        let names = families.iter().map(|family| &family.name);
        f.debug_set().entries(names).finish()
    }
}

/// A family of a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FamilyRef {
    /// Full name.
    pub name: String,
    /// Declared type.
    pub metric_type: MetricType,
    /// Where it is declared.
    pub location: Location,
}

/// How large an exposition is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Size {
    /// Metric families.
    pub families: usize,
    /// Series of all families.
    pub series: usize,
}

impl Sink for Size {
    fn family(&mut self, _: &FamilyHead<'_>) {
        self.families += 1;
    }

    fn series(&mut self, _: SeriesLabels<'_>, _: Value<'_>) {
        self.series += 1;
    }
}
