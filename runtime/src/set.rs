//! Metric sets: structs whose fields are metrics, and sets inside sets.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};

use metricset_model::{FamilyDescriptor, NestedDescriptor, SetDescriptor};

use crate::family::CollectFamily;

/// A struct whose fields are metrics. Derive it.
///
/// The derive generates storage beside the struct; the struct itself only holds `Copy` handles into it. With
/// `register = true`, the default, it also generates `const fn global()`, the instance that the linker registers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric set",
    label = "not a metric set",
    note = "add `#[derive(metricset::MetricSet)]` to a struct whose fields are metrics"
)]
pub trait MetricSet: Sized + 'static {
    /// The declaration as data.
    const DESCRIPTOR: &'static SetDescriptor;

    /// What the handles point into.
    #[doc(hidden)]
    type Storage: SetStorage;

    /// New storage, at zero.
    #[doc(hidden)]
    fn __storage() -> Self::Storage;

    /// Handles into storage.
    #[doc(hidden)]
    fn __handles(storage: &'static Self::Storage) -> Self;
}

/// The generated storage of a set.
#[doc(hidden)]
pub trait SetStorage: Any + Sync {
    /// The declaration of the set.
    fn descriptor(&self) -> &'static SetDescriptor;

    /// Shows each family and nested set once, in the order of the fields.
    fn visit(&'static self, visitor: &mut dyn SetVisitor);
}

/// Receives the parts of a set's storage.
#[doc(hidden)]
pub trait SetVisitor {
    /// A family.
    fn family(
        &mut self,
        descriptor: &'static FamilyDescriptor,
        storage: &'static dyn CollectFamily,
    );

    /// A set inside, `enabled` being the switch of an optional one.
    fn nested(
        &mut self,
        descriptor: &'static NestedDescriptor,
        enabled: Option<&'static AtomicBool>,
        storage: &'static dyn SetStorage,
    );
}

/// A set inside a set that is exposed only once it is switched on.
///
/// ```
/// use metricset::{Counter, MetricSet, Optional, Registry};
///
/// /// The queue driver.
/// #[derive(MetricSet)]
/// #[metrics(register = false)]
/// struct QueueMetrics {
///     /// Jobs taken.
///     jobs_total: Counter,
/// }
///
/// /// The server.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "server", register = false)]
/// struct ServerMetrics {
///     #[metric(nested, prefix = "queue")]
///     queue: Optional<QueueMetrics>,
/// }
///
/// let server: ServerMetrics = Registry::new().register()?;
/// assert!(server.queue.get().is_none());
/// server.queue.enable();
/// if let Some(queue) = server.queue.get() {
///     queue.jobs_total.inc();
/// }
/// # Ok::<(), metricset::RegisterError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Optional<S> {
    enabled: &'static AtomicBool,
    set: S,
}

impl<S> Optional<S> {
    #[doc(hidden)]
    #[must_use]
    pub const fn __nest(enabled: &'static AtomicBool, set: S) -> Self {
        Self { enabled, set }
    }

    /// Switches the set on: from now on it is exposed.
    pub fn enable(&self) {
        self.enabled.store(true, Ordering::Relaxed);
    }

    /// The set, once it is switched on.
    #[must_use]
    #[inline]
    pub fn get(&self) -> Option<&S> {
        self.enabled.load(Ordering::Relaxed).then_some(&self.set)
    }
}

/// What a nested field of a set may be: a set, or an [`Optional`] one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric set",
    label = "not a metric set",
    note = "`#[metric(nested)]` takes a struct with `#[derive(metricset::MetricSet)]`, or `Optional` around one"
)]
pub trait Nested {
    /// The set inside.
    type Set: MetricSet;
    /// Storage of the set inside.
    type Storage: SetStorage;
    /// Itself.
    type Handle;
    /// See [`Known`](crate::known::Known).
    const KNOWN: bool = true;
    /// Whether it is exposed only once it is switched on.
    const OPTIONAL: bool;
}

impl<S: MetricSet> Nested for S {
    type Set = S;
    type Storage = S::Storage;
    type Handle = S;
    const OPTIONAL: bool = false;
}

impl<S: MetricSet> Nested for Optional<S> {
    type Set = S;
    type Storage = S::Storage;
    type Handle = Self;
    const OPTIONAL: bool = true;
}

/// Storage of a nested set.
#[doc(hidden)]
pub struct NestedStorage<T> {
    /// Whether the set is exposed.
    pub switch: AtomicBool,
    /// The set's own storage.
    pub set: T,
}

impl<T: SetStorage> NestedStorage<T> {
    /// An optional set is switched off.
    #[must_use]
    pub const fn __new(optional: bool, set: T) -> Self {
        Self {
            switch: AtomicBool::new(!optional),
            set,
        }
    }

    /// Shows the set to a visitor.
    pub fn visit(
        &'static self,
        descriptor: &'static NestedDescriptor,
        visitor: &mut dyn SetVisitor,
    ) {
        let switch = descriptor.optional.then_some(&self.switch);
        visitor.nested(descriptor, switch, &self.set);
    }
}
