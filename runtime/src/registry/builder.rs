//! What is chosen when sets are registered: prefixes, labels, refresh hooks.

use std::any::{Any, TypeId};
use std::sync::{Arc, PoisonError, RwLock};

use metricset_model::name;

use super::{Families, RegisterError, Registry};
use crate::dropped;
use crate::linked;
use crate::set::{MetricSet, SetStorage};

/// What is chosen at run time for one set.
#[derive(Debug, Default)]
struct Options {
    prefix: Option<String>,
    labels: Vec<(String, String)>,
    left_out: bool,
    hook: Option<Hook>,
}

/// A refresh hook whose set is yet to be made.
struct Hook(Box<dyn FnOnce(&'static dyn SetStorage) + Send>);

impl Hook {
    fn new<S: MetricSet>(hook: impl Fn(&S) + Send + Sync + 'static) -> Self {
        Self(Box::new(move |set| {
            let any: &'static dyn Any = set;
            if let (Some(refresh), Some(storage)) = (set.refresh(), any.downcast_ref()) {
                refresh.give(Arc::new(move || hook(&S::__handles(storage))));
            }
        }))
    }
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hook")
    }
}

impl Options {
    /// Adds a set as these options say, once they are valid.
    fn add(
        &self,
        set: &'static dyn SetStorage,
        families: &mut Families,
    ) -> Result<(), RegisterError> {
        if let Some(prefix) = self.prefix.as_deref().filter(|prefix| !prefix.is_empty()) {
            name::check(prefix).map_err(|error| RegisterError::InvalidPrefix {
                prefix: prefix.to_owned(),
                error,
            })?;
        }
        for (label, _) in &self.labels {
            name::check_label(label).map_err(|error| RegisterError::InvalidLabel {
                label: label.clone(),
                error,
            })?;
        }
        let prefix = self.prefix.as_deref().unwrap_or(set.descriptor().prefix);
        families.add_set(set, prefix, &self.labels)
    }
}

/// One registration. From [`Registry::set`].
#[derive(Debug)]
#[must_use = "nothing is registered before `register`"]
pub struct SetBuilder<'a, S> {
    registry: &'a Registry,
    options: Options,
    marker: std::marker::PhantomData<fn() -> S>,
}

impl<'a, S: MetricSet> SetBuilder<'a, S> {
    pub(super) fn new(registry: &'a Registry) -> Self {
        Self {
            registry,
            options: Options::default(),
            marker: std::marker::PhantomData,
        }
    }

    /// Replaces the prefix that the set declares; empty for none.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.options.prefix = Some(prefix.into());
        self
    }

    /// Adds a label with one value to every series of this instance.
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.labels.push((name.into(), value.into()));
        self
    }

    /// Sets the refresh hook of this instance: it is called once for each collection, before the set is read.
    ///
    /// See [`RegistryBuilder::refresh`] for what a hook may do and what happens when it hangs or panics.
    pub fn refresh(mut self, hook: impl Fn(&S) + Send + Sync + 'static) -> Self {
        self.options.hook = Some(Hook::new(hook));
        self
    }

    /// Registers the instance and returns its handles.
    ///
    /// # Errors
    /// If the prefix or a label is invalid, or a family clashes with one that is there.
    pub fn register(self) -> Result<S, RegisterError> {
        let storage: &'static S::Storage = Box::leak(Box::new(S::__storage()));
        let registered = self.registry.families.write();
        let mut registered = registered.unwrap_or_else(PoisonError::into_inner);
        // Copied only while a collection goes through it.
        let families = Arc::make_mut(&mut registered);
        self.options.add(storage, families)?;
        #[cfg(feature = "prometheus-client")]
        if let Err(clash) = self.registry.mounts.check(families) {
            families.remove_last_set();
            return Err(clash);
        }
        if let Some(Hook(install)) = self.options.hook {
            install(storage);
        }
        Ok(S::__handles(storage))
    }
}

/// Chooses how the linked sets are registered. From [`Registry::builder`].
#[derive(Debug, Default)]
#[must_use = "nothing is registered before `linked`"]
pub struct RegistryBuilder {
    sets: Vec<(TypeId, &'static str, Options)>,
    prefixes: Vec<PrefixChoice>,
}

/// Another prefix for all sets that declare one.
#[derive(Debug)]
struct PrefixChoice {
    declared: String,
    prefix: String,
    is_used: bool,
}

impl PrefixChoice {
    /// The prefix of a set that declares this one, if the choice is about it.
    fn apply(&mut self, declared: &str) -> Option<String> {
        let inner = declared.strip_prefix(&self.declared)?;
        let prefix = match inner.strip_prefix('_') {
            Some(inner) => name::join(&self.prefix, inner),
            None if inner.is_empty() => self.prefix.clone(),
            None => return None,
        };
        self.is_used = true;
        Some(prefix)
    }
}

impl RegistryBuilder {
    /// Replaces the prefix that a linked set declares; empty for none.
    ///
    /// ```
    /// use metricset::{Counter, MetricSet, Registry};
    ///
    /// /// Messages.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "sockudo")]
    /// struct Messages {
    ///     /// Messages sent.
    ///     messages_total: Counter,
    /// }
    ///
    /// let registry = Registry::builder().prefix::<Messages>("acme_push").linked()?;
    /// assert!(registry.untouched().iter().any(|family| family.name == "acme_push_messages_total"));
    /// # Ok::<(), metricset::RegisterError>(())
    /// ```
    pub fn prefix<S: MetricSet>(mut self, prefix: impl Into<String>) -> Self {
        self.options::<S>().prefix = Some(prefix.into());
        self
    }

    /// Replaces a prefix wherever linked sets declare it: by itself, or before a `_` and more. For a prefix that comes from a
    /// configuration; empty for none. A prefix that is chosen for one [set](Self::prefix) goes before.
    ///
    /// ```
    /// use metricset::{Counter, MetricSet, Registry};
    ///
    /// /// Channels.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "push")]
    /// struct Channels {
    ///     /// Subscriptions.
    ///     subscriptions_total: Counter,
    /// }
    ///
    /// /// The queue.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "push_queue")]
    /// struct Queue {
    ///     /// Jobs taken.
    ///     jobs_total: Counter,
    /// }
    ///
    /// let registry = Registry::builder().replace_prefix("push", "acme_push").linked()?;
    /// let untouched = registry.untouched();
    /// for name in ["acme_push_subscriptions_total", "acme_push_queue_jobs_total"] {
    ///     assert!(untouched.iter().any(|family| family.name == name));
    /// }
    /// # Ok::<(), metricset::RegisterError>(())
    /// ```
    pub fn replace_prefix(
        mut self,
        declared: impl Into<String>,
        prefix: impl Into<String>,
    ) -> Self {
        self.prefixes.push(PrefixChoice {
            declared: declared.into(),
            prefix: prefix.into(),
            is_used: false,
        });
        self
    }

    /// Leaves a linked set out. For a program of several roles, each with a registry and an exporter of its
    /// own: a registry without the sets of the other roles has its own and those that all share.
    ///
    /// ```
    /// use metricset::{Counter, Gauge, MetricSet, Registry};
    ///
    /// /// What the center knows.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "center")]
    /// struct Center {
    ///     /// Engines that are registered.
    ///     engines: Gauge,
    /// }
    ///
    /// /// What an engine does.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "engine")]
    /// struct Engine {
    ///     /// Messages relayed.
    ///     messages_total: Counter,
    /// }
    ///
    /// let center = Registry::builder().without::<Engine>().linked()?;
    /// let engine = Registry::builder().without::<Center>().linked()?;
    /// assert!(center.untouched().iter().all(|family| family.name != "engine_messages_total"));
    /// assert!(engine.untouched().iter().all(|family| family.name != "center_engines"));
    /// # Ok::<(), metricset::RegisterError>(())
    /// ```
    pub fn without<S: MetricSet>(mut self) -> Self {
        self.options::<S>().left_out = true;
        self
    }

    /// Adds a label with one value to every series of a linked set.
    pub fn label<S: MetricSet>(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.options::<S>().labels.push((name.into(), value.into()));
        self
    }

    /// Sets the refresh hook of a linked set: it is called once for each collection, before the set is read.
    ///
    /// What a hook sets stands in the exposition as it set it, also while several collections run at once: the hook is called
    /// by one of them at a time, which reads all families of the set before the next one may. [`Observed`](crate::Observed)
    /// metrics of the set are read after its hook. A hook belongs to the set and not to the registry: it replaces one that was
    /// set before, and is called for every registry of the linked sets.
    ///
    /// It is called on a thread that the collection starts, outside of any async runtime. If it takes longer than the
    /// registry's [timeout](Registry::set_refresh_timeout), or panics, all families of the set are left out, and counted in
    /// `metricset_skipped_families_total`; while it has not returned it is not called again. A hook may collect, but is not
    /// called for that collection, which leaves its own set out.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicI64, Ordering};
    ///
    /// use metricset::encode::{Format, encode};
    /// use metricset::{Gauge, MetricSet, Registry};
    ///
    /// /// Addresses for clients.
    /// #[derive(MetricSet)]
    /// #[metrics(prefix = "address_pool")]
    /// struct PoolMetrics {
    ///     /// Addresses in use.
    ///     used: Gauge,
    ///     /// Addresses that are free.
    ///     available: Gauge,
    /// }
    ///
    /// const SIZE: i64 = 250;
    /// static USED: AtomicI64 = AtomicI64::new(17);
    ///
    /// let registry = Registry::builder()
    ///     .refresh(|pool: &PoolMetrics| {
    ///         let used = USED.load(Ordering::Relaxed);
    ///         pool.used.set(used);
    ///         pool.available.set(SIZE - used);
    ///     })
    ///     .linked()?;
    /// let mut exposition = String::new();
    /// encode(&registry, Format::PrometheusText, &mut exposition);
    /// assert!(exposition.contains("address_pool_available 233\n"));
    /// # Ok::<(), metricset::RegisterError>(())
    /// ```
    pub fn refresh<S: MetricSet>(mut self, hook: impl Fn(&S) + Send + Sync + 'static) -> Self {
        self.options::<S>().hook = Some(Hook::new(hook));
        self
    }

    /// The registry of every set that the linker registered.
    ///
    /// # Errors
    /// If two sets clash, if a chosen prefix or label is invalid, or if a set that something was chosen for is not linked, or
    /// no linked set declares a prefix that is to be replaced.
    pub fn linked(self) -> Result<Registry, RegisterError> {
        let mut families = Families::default();
        let Self {
            sets: mut chosen,
            mut prefixes,
        } = self;
        let mut hooks = Vec::new();
        for &set in &linked::sets() {
            let any: &dyn Any = set;
            let at = chosen.iter().position(|(id, ..)| *id == any.type_id());
            let mut options = at.map_or_else(Options::default, |at| chosen.swap_remove(at).2);
            let declared = set.descriptor().prefix;
            let replaced = prefixes
                .iter_mut()
                .find_map(|choice| choice.apply(declared));
            options.prefix = options.prefix.or(replaced);
            if !options.left_out {
                options.add(set, &mut families)?;
                if let Some(hook) = options.hook {
                    hooks.push((hook, set));
                }
            }
        }
        if let Some((_, set, _)) = chosen.first() {
            return Err(RegisterError::NotLinked { set });
        }
        if let Some(unused) = prefixes.iter().find(|choice| !choice.is_used) {
            return Err(RegisterError::PrefixNotDeclared {
                prefix: unused.declared.clone(),
            });
        }
        Options::default().add(dropped::storage(), &mut families)?;
        for (Hook(install), set) in hooks {
            install(set);
        }
        Ok(Registry {
            families: Arc::new(RwLock::new(Arc::new(families))),
            ..Registry::default()
        })
    }

    fn options<S: MetricSet>(&mut self) -> &mut Options {
        let id = TypeId::of::<S::Storage>();
        let at = match self.sets.iter().position(|(other, ..)| *other == id) {
            Some(at) => at,
            None => {
                self.sets.push((id, S::DESCRIPTOR.name, Options::default()));
                self.sets.len() - 1
            }
        };
        &mut self.sets[at].2
    }
}
