//! Series of several families by the labels that they have in common.

use std::marker::PhantomData;
use std::sync::atomic::AtomicBool;

use metricset_model::{FamilyDescriptor, LabelDescriptor, NestedDescriptor};

use crate::family::CollectFamily;
use crate::labels::{LabelSet, Labels};
use crate::set::{SetStorage, SetVisitor};

/// What the families of a set have in common that know the same clients, sites or sessions: one call ends all the series of
/// one of them.
///
/// A field with `#[metric(partial_key)]` is no metric. It stands for the series with these labels in every family with an open
/// label of its set, and of the sets inside that; which other labels a family has does not matter. That there is such a family is
/// checked when you compile. Series of an [`Observed`](crate::Observed) family end when its closure no longer gives them, and so
/// it does not count.
///
/// ```
/// use metricset::{Counter, Family, Gauge, LabelEnum, LabelSet, MetricSet, PartialKey, Registry};
///
/// #[derive(Clone, Copy, LabelEnum)]
/// enum Direction { Inbound, Outbound }
///
/// #[derive(LabelSet)]
/// struct Client<'a> { client_id: &'a str }
///
/// #[derive(LabelSet)]
/// struct Traffic<'a> { client_id: &'a str, direction: Direction }
///
/// /// Clients.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "vpn", register = false)]
/// struct Clients {
///     /// Bytes by client and direction.
///     bytes_total: Family<Traffic<'static>, Counter>,
///     /// Streams open by client.
///     streams: Family<Client<'static>, Gauge>,
///     #[metric(partial_key)]
///     client: PartialKey<Client<'static>>,
/// }
///
/// let clients: Clients = Registry::new().register()?;
/// for direction in [Direction::Inbound, Direction::Outbound] {
///     clients.bytes_total.with(Traffic { client_id: "c-17", direction }).inc();
/// }
/// let streams = clients.streams.with(Client { client_id: "c-17" });
/// streams.inc();
///
/// assert_eq!(clients.client.remove(Client { client_id: "c-17" }), 3);
/// streams.dec(); // harmless: the series has ended
/// # Ok::<(), metricset::RegisterError>(())
/// ```
pub struct PartialKey<L: 'static> {
    set: &'static dyn SetStorage,
    marker: PhantomData<fn() -> L>,
}

impl<L> Clone for PartialKey<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for PartialKey<L> {}

impl<L: LabelSet> PartialKey<L> {
    #[doc(hidden)]
    #[must_use]
    pub const fn __attach(set: &'static dyn SetStorage) -> Self {
        Self {
            set,
            marker: PhantomData,
        }
    }

    /// Ends every series with these label values, as [`Family::remove`](crate::Family::remove) does, and returns how many there
    /// were.
    ///
    /// Families end their series one after the other: a scrape meanwhile may find some of them. Looks the series of a family up
    /// if its other labels are closed, else goes through all the series of that family; it allocates, and while it is in a
    /// family nobody can create a series there.
    pub fn remove(self, labels: L::With<'_>) -> usize {
        let mut values: Vec<Box<str>> = Vec::with_capacity(L::LABELS.len());
        labels.visit(&mut |value: &str| values.push(value.into()));
        let names = L::LABELS.iter().map(|label| label.name);
        let values = values.iter().map(|value| &**value);
        let key: Vec<(&str, &str)> = names.zip(values).collect();
        let mut remover = Remover {
            key: &key,
            removed: 0,
        };
        self.set.visit(&mut remover);
        remover.removed
    }
}

impl<L: LabelSet> std::fmt::Debug for PartialKey<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = L::LABELS.iter().map(|label| label.name);
        f.write_str("PartialKey ")?;
        f.debug_set().entries(names).finish()
    }
}

struct Remover<'a> {
    key: &'a [(&'a str, &'a str)],
    removed: usize,
}

impl SetVisitor for Remover<'_> {
    fn family(&mut self, _: &'static FamilyDescriptor, storage: &'static dyn CollectFamily) {
        self.removed += storage.remove_matching(self.key);
    }

    fn nested(
        &mut self,
        _: &'static NestedDescriptor,
        _: Option<&'static AtomicBool>,
        storage: &'static dyn SetStorage,
    ) {
        storage.visit(self);
    }
}

/// What a field with `#[metric(partial_key)]` may be.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a partial key",
    label = "not a partial key",
    note = "`#[metric(partial_key)]` takes `PartialKey` of a label set"
)]
pub trait IsPartialKey {
    /// Its labels.
    const LABELS: &'static [LabelDescriptor];
    /// Itself.
    type Handle;
    /// See [`Known`](crate::known::Known).
    const KNOWN: bool = true;
}

impl<L: LabelSet> IsPartialKey for PartialKey<L> {
    const LABELS: &'static [LabelDescriptor] = L::LABELS;
    type Handle = Self;
}
