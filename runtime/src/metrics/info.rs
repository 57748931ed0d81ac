//! Constant facts.

use std::sync::{Arc, PoisonError, RwLock};

use metricset_model::{FamilyDescriptor, LabelDescriptor, MetricType};

use super::Metric;
use crate::collect::Value;
use crate::family::{CollectFamily, SeriesSink};
use crate::labels::{LabelSet, Labels, text};
use crate::lanes::View;

/// Facts about the process as labels of a series that is always 1: version, commit, mode.
///
/// Nothing is exposed until it is set. The name ends in `_info`.
///
/// ```
/// use metricset::{Info, LabelSet, MetricSet, Registry};
///
/// #[derive(LabelSet)]
/// struct Build<'a> { version: &'a str }
///
/// /// The program.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "app", register = false)]
/// struct App {
///     /// What is running.
///     build_info: Info<Build<'static>>,
/// }
///
/// let app: App = Registry::new().register()?;
/// app.build_info.set(Build { version: "1.2.3" });
/// # Ok::<(), metricset::RegisterError>(())
/// ```
pub struct Info<L: 'static>(&'static InfoStorage<L>);

impl<L> Clone for Info<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for Info<L> {}

impl<L: LabelSet> Info<L> {
    #[doc(hidden)]
    #[must_use]
    pub const fn __attach(storage: &'static InfoStorage<L>) -> Self {
        Self(storage)
    }

    /// Replaces the facts. Allocates.
    pub fn set(self, labels: L::With<'_>) {
        let mut values = Vec::with_capacity(L::LABELS.len());
        labels.visit(&mut |value: &str| values.push(value.into()));
        *self
            .0
            .values
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(values.into());
    }
}

impl<L: LabelSet> std::fmt::Debug for Info<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let values = self.0.values.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_tuple("Info").field(&*values).finish()
    }
}

impl<L: LabelSet> Metric for Info<L> {
    const TYPE: MetricType = MetricType::Info;
    const LABELS: &'static [LabelDescriptor] = L::LABELS;
    type Storage = InfoStorage<L>;
    type Handle = Self;
}

/// Storage of an [`Info`].
#[doc(hidden)]
pub struct InfoStorage<L> {
    values: RwLock<Option<Arc<[Box<str>]>>>,
    marker: std::marker::PhantomData<fn() -> L>,
}

impl<L: LabelSet> InfoStorage<L> {
    /// The storage, empty.
    #[must_use]
    pub const fn __new(_: &'static FamilyDescriptor) -> Self {
        Self {
            values: RwLock::new(None),
            marker: std::marker::PhantomData,
        }
    }
}

impl<L: LabelSet> CollectFamily for InfoStorage<L> {
    fn collect(&'static self, _: &View, sink: &mut dyn SeriesSink) {
        // The lock is given back before the sink, which may wait for a client.
        let values = {
            let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
            values.clone()
        };
        if let Some(values) = values {
            let values = values.iter().map(|value| &**value);
            text::with_slice(values, |values| sink.series(values, Value::Info));
        }
    }

    fn is_touched(&self) -> bool {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        values.is_some()
    }
}
