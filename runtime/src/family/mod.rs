//! Families: series told apart by labels, and the storage behind every metric that has series.

mod closed;
mod open;
mod rows;

pub use metricset_model::OVERFLOW;
pub(crate) use open::DEFAULT_MAX_SERIES;
pub use open::MAX_LABEL_LEN;

use std::marker::PhantomData;

use metricset_model::descriptor::combinations;
use metricset_model::{FamilyDescriptor, LabelDescriptor, MetricType};

use crate::collect::Value;
use crate::labels::{LabelSet, Labels};
use crate::lanes::{Row, View};
use crate::metrics::{Metric, Series, SeriesMetric, Target};
use crate::reading::Turn;
use open::OpenSeries;
pub(crate) use open::{PackedLabels, PackedValues};
pub(crate) use rows::{RowLabels, RowValues, Rows};

/// Series of one metric, told apart by a label set.
///
/// [`Family::with`] gives the handle of one series; it is `Copy` and may be kept. Closed label sets are addressed by
/// arithmetic. Open ones are looked up by their borrowed values.
///
/// ```
/// use metricset::{Counter, Family, LabelEnum, LabelSet, MetricSet, Registry};
///
/// #[derive(Clone, Copy, LabelEnum)]
/// enum Method { Get, Post }
///
/// #[derive(LabelSet)]
/// struct Request { method: Method }
///
/// #[derive(LabelSet)]
/// struct Client<'a> { client_id: &'a str }
///
/// /// Requests.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "http", register = false)]
/// struct Http {
///     /// Requests by method.
///     requests_total: Family<Request, Counter>,
///     /// Requests by client.
///     #[metric(max_series = 1_000)]
///     client_requests_total: Family<Client<'static>, Counter>,
/// }
///
/// let http: Http = Registry::new().register()?;
/// http.requests_total.with(Request { method: Method::Post }).inc();
/// let client = String::from("c-17");
/// http.client_requests_total.with(Client { client_id: &client }).inc();
/// assert_eq!(http.client_requests_total.with(Client { client_id: "c-17" }).get(), 1);
/// # Ok::<(), metricset::RegisterError>(())
/// ```
pub struct Family<L: 'static, M: 'static>(&'static FamilyStorage<L, M>);

impl<L, M> Clone for Family<L, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L, M> Copy for Family<L, M> {}

impl<L: LabelSet, M: SeriesMetric> Family<L, M> {
    #[doc(hidden)]
    #[must_use]
    pub const fn __attach(storage: &'static FamilyStorage<L, M>) -> Self {
        Self(storage)
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn __bounds(&self) -> Option<&'static [f64]> {
        self.0.descriptor.buckets
    }

    /// The series with these labels; an open one is created if it does not exist.
    ///
    /// At `max_series` and beyond, labels that are not there yet lead to one overflow series, whose labels all have the value
    /// [`OVERFLOW`](crate::OVERFLOW). A label value longer than [`MAX_LABEL_LEN`](crate::MAX_LABEL_LEN) does so too.
    ///
    /// Closed label sets: constant time. Open ones: one hash of the values; allocates only to create.
    #[inline]
    pub fn with(self, labels: L::With<'_>) -> M {
        M::at(Series {
            target: self.0.target(&labels),
            descriptor: self.0.descriptor,
        })
    }

    /// Ends the series with these labels: it is not exposed any more and starts from zero if its labels come again. Updates
    /// through handles made before go nowhere. Returns whether there was such a series.
    ///
    /// Its memory goes to a later series of this family, or back to the system at a later scrape (Linux). A thread that is stopped
    /// in the middle of an update for ten seconds, or until thousands of other series have ended, may add that one update to the
    /// later series.
    ///
    /// Does not compile for a closed label set, whose series all exist for as long as the set does.
    pub fn remove(self, labels: L::With<'_>) -> bool {
        self.0.open_only().remove(&labels)
    }

    /// Ends every series for whose label values `keep` returns `false`. Values come in the order of the label set's fields.
    ///
    /// Does not compile for a closed label set. Takes time in proportion to the series, while no new one can be created;
    /// `keep` must not use this family.
    pub fn retain(self, mut keep: impl FnMut(&[&str]) -> bool) {
        self.0.open_only().retain(&mut keep);
    }

    /// Ends every series. Does not compile for a closed label set.
    pub fn clear(self) {
        self.retain(|_| false);
    }
}

impl<L: LabelSet, M: SeriesMetric> std::fmt::Debug for Family<L, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Family")
            .field("name", &self.0.descriptor.full_name)
            .finish_non_exhaustive()
    }
}

impl<L: LabelSet, M: SeriesMetric> Metric for Family<L, M> {
    const TYPE: MetricType = M::TYPE;
    const LABELS: &'static [LabelDescriptor] = L::LABELS;
    type Storage = FamilyStorage<L, M>;
    type Handle = Self;
}

/// One family of a set, to read. Implemented by the storages.
#[doc(hidden)]
pub trait CollectFamily: Sync {
    /// Hands every exposed series to the sink.
    fn collect(&'static self, lanes: &View, sink: &mut dyn SeriesSink);

    /// Whether there can be a series with these values of a closed set.
    fn exists(&self, _values: &[&str]) -> bool {
        true
    }

    /// Whether anything was ever recorded, or there is a closure that gives the values.
    fn is_touched(&self) -> bool;

    /// Ends the series whose labels have these values, if they have an end; returns how many there were.
    fn remove_matching(&'static self, _key: &[(&str, &str)]) -> usize {
        0
    }

    /// The label values of the series that a handle writes to; `None` if it is not one of this family, or has ended.
    #[cfg(feature = "testing")]
    fn values_of(&'static self, _series: Target) -> Option<Vec<String>> {
        None
    }

    /// Whose turn it is to collect it; `None` if it can be collected at any time.
    fn turn(&'static self) -> Option<&'static Turn> {
        None
    }
}

/// Receives the series of one family.
#[doc(hidden)]
pub trait SeriesSink {
    /// One series, with a value for each label of the family.
    fn series(&mut self, labels: &[&str], value: Value<'_>);

    /// Several series at once: one call through this trait for all of them.
    fn rows(&mut self, rows: Rows<'_>);
}

/// Storage of all metrics that have series: without labels there is one.
#[doc(hidden)]
#[repr(C)] // What a scrape looks at stands together.
pub struct FamilyStorage<L, M> {
    descriptor: &'static FamilyDescriptor,
    /// Empty for open label sets.
    row: Row,
    /// Empty for closed label sets.
    open: OpenSeries,
    marker: PhantomData<fn() -> (L, M)>,
}

impl<L: LabelSet, M: SeriesMetric> FamilyStorage<L, M> {
    const CLOSED: Option<usize> = combinations(L::LABELS);

    /// Storage without any series yet.
    #[must_use]
    pub const fn __new(descriptor: &'static FamilyDescriptor) -> Self {
        let width = M::LAYOUT.width(descriptor);
        let series = match Self::CLOSED {
            Some(series) => series,
            None => 0,
        };
        Self {
            descriptor,
            row: Row::new(series, width),
            open: OpenSeries::new(descriptor, width),
            marker: PhantomData,
        }
    }

    #[inline(always)]
    fn target(&'static self, labels: &L::With<'_>) -> Target {
        if const { Self::CLOSED.is_some() } {
            let width = M::LAYOUT.width(self.descriptor);
            Target::Row {
                row: &self.row,
                at: labels.index() * width,
            }
        } else {
            Target::Slot(self.open.slot(labels))
        }
    }

    fn open_only(&self) -> &OpenSeries {
        const {
            assert!(
                Self::CLOSED.is_none(),
                "series of a closed label set cannot be removed: only families with an open label have `remove`, `retain` and `clear`"
            );
        }
        &self.open
    }
}

impl<M: SeriesMetric> FamilyStorage<(), M> {
    /// The only series.
    pub(crate) const fn first(&'static self) -> Target {
        Target::Row {
            row: &self.row,
            at: 0,
        }
    }

    pub(crate) const fn descriptor(&self) -> &'static FamilyDescriptor {
        self.descriptor
    }
}

impl<L: LabelSet, M: SeriesMetric> CollectFamily for FamilyStorage<L, M> {
    fn collect(&'static self, lanes: &View, sink: &mut dyn SeriesSink) {
        let Some(series) = Self::CLOSED else {
            self.open.collect::<M>(sink);
            return;
        };
        closed::collect::<M>(&self.row, series, self.descriptor, lanes, sink);
    }

    fn exists(&self, values: &[&str]) -> bool {
        L::exists(values)
    }

    fn is_touched(&self) -> bool {
        self.row.is_touched() || self.open.is_touched()
    }

    fn remove_matching(&'static self, key: &[(&str, &str)]) -> usize {
        self.open.remove_matching(key)
    }

    #[cfg(feature = "testing")]
    fn values_of(&'static self, series: Target) -> Option<Vec<String>> {
        use crate::collect::{LabelValues, SeriesLabels};
        match series {
            Target::Row { row, at } => std::ptr::eq(row, &self.row).then(|| {
                let index = at / M::LAYOUT.width(self.descriptor);
                let values = LabelValues::Combination(index);
                let labels = SeriesLabels::new(&[], L::LABELS, values, None);
                labels.values().map(str::to_owned).collect()
            }),
            Target::Slot(slot) => self.open.values_of(slot),
        }
    }
}
