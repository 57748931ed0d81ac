//! Metric sets: structs whose fields are metrics, and sets inside sets.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};

use metricset_model::{FamilyDescriptor, NestedDescriptor, SetDescriptor};

use crate::family::CollectFamily;
use crate::reading::Refresh;

/// A struct whose fields are metrics. Derive it.
///
/// The derive generates storage beside the struct; the struct itself only holds `Copy` handles into it. It also generates
/// `const fn global()`, the instance that the linker registers: declaring a set is registering it. Nothing generated reads the
/// fields, so a metric that no code updates is rustc's own warning: "field `errors_total` is never read".
///
/// The field's name is the metric's name, behind the set's prefix; its doc comment is the help. What is wrong with a declaration
/// is a compile error that says what to write instead.
///
/// ```
/// use metricset::{Counter, Gauge, Histogram, MetricSet};
///
/// /// Peers and what they send.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "mesh", labels(region = "eu"))]
/// struct MeshMetrics {
///     /// Peers connected now.
///     peers_connected: Gauge,
///     /// Bytes sent to peers.
///     sent_bytes_total: Counter,
///     /// Time to open a stream.
///     #[metric(buckets = [0.001, 0.01, 0.1, 1, 10])]
///     stream_open_seconds: Histogram,
/// }
///
/// static MESH: MeshMetrics = MeshMetrics::global();
///
/// MESH.sent_bytes_total.inc_by(1500); // mesh_sent_bytes_total{region="eu"}
/// # MESH.peers_connected.inc();
/// # MESH.stream_open_seconds.observe(0.5);
/// ```
///
/// # `#[metrics(...)]` on the struct
///
/// | key | value | without it |
/// |---|---|---|
/// | `prefix = "mesh"` | stands before every name, with a `_` in between | no prefix |
/// | `labels(region = "eu", ...)` | labels with one value on every series; a string or a `&str` constant | none |
/// | `register = false` | no `global()`, nothing registered: for sets that are nested, or made by [`Registry::register`] | registered |
/// | `allow(lint, ...)` | silences these [lints](#lints) on all fields | none |
/// | `crate = path` | where this crate is, if it is renamed or re-exported | `::metricset` |
///
/// # `#[metric(...)]` on a field
///
/// | key | value | without it |
/// |---|---|---|
/// | `name = "..."` | the metric's name, without the prefix | the field's name (`r#type` is `type`) |
/// | `help = "..."` | the help | the doc comment, a line for each paragraph |
/// | `buckets = [0.1, 1]`, `= "latency"`, `= BOUNDS` | bounds of a histogram: a list, one of the presets `latency`, `fast_latency`, `function`, `duration`, `size` (see [`buckets`](crate::buckets)), or a constant array or slice of `f64` | an error on a histogram |
/// | `quantiles = [0.5, 1]`, `= QUANTILES` | what a [`Summary`](crate::Summary) exposes, between 0 and 1: a list, or a constant array or slice of `f64` | an error on a summary |
/// | `max_age = "10m"`, `= MAX_AGE` | how far back the quantiles look, as `idle_timeout`; at least a second | 10 minutes |
/// | `age_buckets = 5` | in how many steps the window of a summary moves, 1 to 60 | 5 |
/// | `max_series = 1_000` | the most series of a family with an open label; beyond, updates go to one series whose labels are [`OVERFLOW`](crate::OVERFLOW) | 2,000 |
/// | `idle_timeout = "10m"`, `= TIMEOUT` | ends series of a family with an open label that nothing updated for so long: `ms`, `s`, `m`, `h` or `d`, or a constant [`Duration`](std::time::Duration) | series stay |
/// | `sparse` | exposes only the touched series of a closed family | all, from zero |
/// | `unit = "seconds"` | `# UNIT`; the name must end in it | the base unit that the name ends in |
/// | `allow(lint, ...)` | silences these [lints](#lints) | none |
/// | `nested` | the field holds another set, or [`Optional`] around one | the field is a metric |
/// | `partial_key` | the field is a [`PartialKey`](crate::PartialKey): it ends series of several families at once | the field is a metric |
/// | `prefix = "db"` | with `nested`: stands between the outer prefix and the inner names, in place of the inner set's own prefix | nothing in between |
///
/// Several attributes on one item add up. A key that is unknown or given twice is an error.
///
/// # Lints
///
/// Errors that `allow` silences, for names that are a given:
///
/// | lint | complains about |
/// |---|---|
/// | `counter_without_total` | a counter whose name does not end in `_total` |
/// | `total_on_non_counter` | `_total` on anything else |
/// | `reserved_suffix` | names that end in `_bucket`, `_count`, `_sum`, `_created` or `_info` |
/// | `non_base_unit` | `_ms`, `_percent`, `_days`: units that are abbreviated or not base units |
/// | `unit_mismatch` | a `unit` that the name does not end in |
/// | `type_in_name` | `_gauge`, `_counter` and the like at the end of a name |
/// | `prefix_repeated` | the prefix, or its last word, again at the start of a field |
/// | `missing_help` | neither a doc comment nor `help` |
/// | `large_label_set` | more than 4,096 combinations of closed label values |
///
/// The grammar of names cannot be silenced: `[a-z][a-z0-9_]*` without `__` and without `_` at the end, at most 200 bytes.
///
/// [`Registry::register`]: crate::Registry::register
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

    /// Where its refresh hook is, if it can have one.
    fn refresh(&'static self) -> Option<&'static Refresh> {
        None
    }
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
#[derive(Clone, Copy, Debug)]
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
