//! Which of several states hold.

use metricset_model::{FamilyDescriptor, LabelDescriptor, MetricType};

use super::Metric;
use crate::collect::{StateSetValue, Value};
use crate::family::{CollectFamily, SeriesSink};
use crate::labels::LabelEnum;
use crate::lanes::View;
use crate::sync::{AtomicU64, Ordering};

/// A series for each state of a label enum, 1 while the state holds and else 0. The label has the metric's name
/// (OpenMetrics, "StateSet").
///
/// ```
/// use metricset::{LabelEnum, MetricSet, Registry, StateSet};
///
/// #[derive(Clone, Copy, LabelEnum)]
/// enum Phase { Starting, Running, Draining }
///
/// /// The server.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "server", register = false)]
/// struct Server {
///     /// What the server is doing.
///     phase: StateSet<Phase>,
/// }
///
/// let server: Server = Registry::new().register()?;
/// server.phase.set(Phase::Running);
/// assert!(server.phase.is_active(Phase::Running) && !server.phase.is_active(Phase::Starting));
/// # Ok::<(), metricset::RegisterError>(())
/// ```
pub struct StateSet<E: 'static>(&'static StateSetStorage<E>);

impl<E> Clone for StateSet<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for StateSet<E> {}

impl<E: LabelEnum> StateSet<E> {
    #[doc(hidden)]
    #[must_use]
    pub const fn __attach(storage: &'static StateSetStorage<E>) -> Self {
        Self(storage)
    }

    /// This state holds and no other.
    pub fn set(self, state: E) {
        self.0.active.store(bit(state), Ordering::Relaxed);
    }

    /// This state holds, whatever else does.
    pub fn enable(self, state: E) {
        self.0.active.fetch_or(bit(state), Ordering::Relaxed);
    }

    /// This state does not hold.
    pub fn disable(self, state: E) {
        self.0.active.fetch_and(!bit(state), Ordering::Relaxed);
    }

    /// Whether the state holds now.
    #[must_use]
    pub fn is_active(self, state: E) -> bool {
        self.0.active.load(Ordering::Relaxed) & bit(state) != 0
    }
}

fn bit<E: LabelEnum>(state: E) -> u64 {
    1 << LabelEnum::index(state)
}

impl<E: LabelEnum> std::fmt::Debug for StateSet<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let active = self.0.active.load(Ordering::Relaxed);
        let states = StateSetValue::new(<E as LabelEnum>::VALUES, active);
        let active = states.iter().filter(|(_, is_active)| *is_active);
        f.debug_set()
            .entries(active.map(|(state, _)| state))
            .finish()
    }
}

impl<E: LabelEnum> Metric for StateSet<E> {
    const TYPE: MetricType = MetricType::StateSet;
    // It has the name of the family.
    const LABELS: &'static [LabelDescriptor] =
        &[LabelDescriptor::new("", Some(<E as LabelEnum>::VALUES))];
    type Storage = StateSetStorage<E>;
    type Handle = Self;
}

/// Storage of a [`StateSet`].
#[doc(hidden)]
pub struct StateSetStorage<E> {
    active: AtomicU64,
    marker: std::marker::PhantomData<fn() -> E>,
}

impl<E: LabelEnum> StateSetStorage<E> {
    /// The storage, with no state.
    #[must_use]
    pub const fn __new(_: &'static FamilyDescriptor) -> Self {
        Self {
            active: AtomicU64::new(0),
            marker: std::marker::PhantomData,
        }
    }
}

impl<E: LabelEnum> CollectFamily for StateSetStorage<E> {
    fn collect(&'static self, _: &View, sink: &mut dyn SeriesSink) {
        let active = self.active.load(Ordering::Relaxed);
        sink.series(
            &[],
            Value::StateSet(StateSetValue::new(<E as LabelEnum>::VALUES, active)),
        );
    }

    fn is_touched(&self) -> bool {
        self.active.load(Ordering::Relaxed) != 0
    }
}
