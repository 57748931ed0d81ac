//! What collection hands to an encoder: families, then their series with plain values.
//!
//! A [`Sink`] never sees an atomic or a lock. Values are borrowed for the call, so that a scrape of a million series holds
//! one of them at a time.

use metricset_model::{LabelDescriptor, MetricType};

use crate::family::{PackedValues, RowLabels, RowValues};
use crate::labels::piece::Padded;
use crate::labels::text::{Around, KeptText};

/// Receives one collection: for each family [`Sink::family`] once, then [`Sink::series`] for each of its series.
///
/// No family has the name of another. Those of metric sets come first, sorted by name. A sink may take its time: no lock that
/// recording, creating series or registering sets needs is held while it is called.
///
/// ```
/// use metricset::collect::{FamilyHead, SeriesLabels, Sink, Value};
///
/// /// Counts what a scrape would hold.
/// #[derive(Default)]
/// struct Size { families: usize, series: usize }
///
/// impl Sink for Size {
///     fn family(&mut self, _: &FamilyHead<'_>) { self.families += 1 }
///     fn series(&mut self, _: SeriesLabels<'_>, _: Value<'_>) { self.series += 1 }
/// }
///
/// let mut size = Size::default();
/// metricset::Registry::new().collect(&mut size);
/// assert_eq!(size.series, 0);
/// ```
pub trait Sink {
    /// A family begins.
    fn family(&mut self, head: &FamilyHead<'_>);
    /// One series of the family that began last.
    fn series(&mut self, labels: SeriesLabels<'_>, value: Value<'_>);

    /// Several series of it at once.
    #[doc(hidden)]
    fn batch(&mut self, batch: Batch<'_>) {
        batch.each(&mut |labels, value| self.series(labels, value));
    }
}

/// What is said of a family before its samples.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FamilyHead<'a> {
    /// The full name, as declared; a counter's ends in `_total` unless it is a legacy one.
    pub name: &'a str,
    /// The name and type under which OpenMetrics knows it, which differ for counters, info and legacy names.
    pub openmetrics: OpenMetricsName<'a>,
    /// The declared type; `None` for a family of another library's registry that does not say.
    pub metric_type: Option<MetricType>,
    /// Not escaped.
    pub help: &'a str,
    /// The unit, if any; the name of a legacy family need not end in it.
    pub unit: Option<&'a str>,
}

impl<'a> FamilyHead<'a> {
    pub(crate) fn new(
        name: &'a str,
        openmetrics: OpenMetricsName<'a>,
        metric_type: Option<MetricType>,
        help: &'a str,
        unit: Option<&'a str>,
    ) -> Self {
        Self {
            name,
            openmetrics,
            metric_type,
            help,
            unit,
        }
    }
}

/// How OpenMetrics names a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenMetricsName<'a> {
    /// The family's name: without `_total` for a counter, without `_info` for info.
    pub family: &'a str,
    /// Its type, or `None` for `unknown`: a counter without `_total`, or a family whose OpenMetrics name another one has.
    /// An unknown family has one sample a series, under the family's name.
    pub metric_type: Option<MetricType>,
}

impl<'a> OpenMetricsName<'a> {
    pub(crate) fn new(family: &'a str, metric_type: Option<MetricType>) -> Self {
        Self {
            family,
            metric_type,
        }
    }
}

/// The labels of one series. Names are unique and valid; values are not escaped.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SeriesLabels<'a> {
    /// Labels that every series of this instance of the set carries, or all labels of a series of a mounted registry.
    pub constant: &'a [(String, String)],
    /// The family's own labels.
    pub names: &'static [LabelDescriptor],
    pub(crate) values: LabelValues<'a>,
    /// What is kept rendered from collection to collection, under the declared name of the family.
    pub(crate) line: Option<LineText<'a>>,
}

/// Where the values of a series' labels are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LabelValues<'a> {
    Given(&'a [&'a str]),
    /// The place among all combinations of a closed set.
    Combination(usize),
    Packed(PackedValues<'a>),
}

/// A line of a series without suffix as both text formats write it, up to the value: name and labels.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LineText<'a> {
    Whole(Padded<'a>),
    /// What stands around the values of the family's own labels.
    Around(&'a Around),
}

impl<'a> SeriesLabels<'a> {
    pub(crate) fn new(
        constant: &'a [(String, String)],
        names: &'static [LabelDescriptor],
        values: LabelValues<'a>,
        line: Option<LineText<'a>>,
    ) -> Self {
        Self {
            constant,
            names,
            values,
            line,
        }
    }

    /// The values of `names`. A state set has a name and no values: its states are the value.
    pub fn values(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let Self {
            names, mut values, ..
        } = *self;
        (0..names.len()).map_while(move |at| match &mut values {
            LabelValues::Given(values) => values.get(at).copied(),
            LabelValues::Combination(index) => Some(combination(names, *index, at)),
            LabelValues::Packed(values) => values.next_text(),
        })
    }

    /// All pairs of name and value, the constant ones first.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let own = self.names.iter().map(|label| label.name);
        self.constant
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(own.zip(self.values()))
    }
}

/// One value of a combination of a closed set, of which the last label varies fastest.
pub(crate) fn combination(labels: &[LabelDescriptor], index: usize, at: usize) -> &'static str {
    let values = |label: &LabelDescriptor| label.values.unwrap_or(&[]);
    let value = || {
        let own = values(labels.get(at)?);
        let faster = labels.get(at + 1..)?;
        let mut stride = 1;
        for label in faster {
            stride *= values(label).len();
        }
        let place = index.checked_div(stride)?.checked_rem(own.len())?;
        own.get(place).copied()
    };
    value().unwrap_or("")
}

/// A number as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// From a counter of integers.
    U64(u64),
    /// From a gauge of integers.
    I64(i64),
    /// From a counter or gauge of floats.
    F64(f64),
}

/// The value of one series.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Never negative, never NaN.
    Counter(Number),
    /// Any number.
    Gauge(Number),
    /// Counts and sum.
    Histogram(HistogramValue<'a>),
    /// Quantiles, count and sum.
    Summary(SummaryValue<'a>),
    /// The labels are the value.
    Info,
    /// Which states hold.
    StateSet(StateSetValue<'a>),
}

/// A histogram series.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct HistogramValue<'a> {
    /// Finite upper bounds, inclusive, increasing.
    pub bounds: &'a [f64],
    /// Observations in each bucket, *not* cumulative; one more than `bounds`, for `+Inf`.
    pub counts: &'a [u64],
    /// Sum of the observations.
    pub sum: f64,
}

impl<'a> HistogramValue<'a> {
    pub(crate) fn new(bounds: &'a [f64], counts: &'a [u64], sum: f64) -> Self {
        Self {
            bounds,
            counts,
            sum,
        }
    }

    /// Number of observations: the sum of the buckets, so that `+Inf` and `_count` never differ.
    #[must_use]
    #[inline]
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |sum, n| sum.saturating_add(*n))
    }
}

/// A summary series.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct SummaryValue<'a> {
    /// As declared: between 0 and 1, increasing.
    pub quantiles: &'a [f64],
    /// The bits of the value at each quantile.
    pub(crate) bits: &'a [u64],
    /// Sum of all observations.
    pub sum: f64,
    /// Number of all observations.
    pub count: u64,
}

impl<'a> SummaryValue<'a> {
    pub(crate) fn new(quantiles: &'a [f64], bits: &'a [u64], sum: f64, count: u64) -> Self {
        Self {
            quantiles,
            bits,
            sum,
            count,
        }
    }

    /// Every quantile and the value there, NaN while no observation is young enough.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = (f64, f64)> + use<'a> {
        let values = self.bits.iter().map(|bits| f64::from_bits(*bits));
        self.quantiles.iter().copied().zip(values)
    }
}

/// A state set series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StateSetValue<'a> {
    /// All states.
    pub states: &'a [&'a str],
    /// Bit `i` is set while `states[i]` holds.
    pub active: u64,
}

impl<'a> StateSetValue<'a> {
    pub(crate) fn new(states: &'a [&'a str], active: u64) -> Self {
        Self { states, active }
    }

    /// Every state and whether it holds.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, bool)> + use<'a> {
        let active = self.active;
        self.states
            .iter()
            .enumerate()
            .map(move |(i, state)| (*state, active >> i & 1 == 1))
    }
}

impl<S: Sink + ?Sized> Sink for &mut S {
    fn family(&mut self, head: &FamilyHead<'_>) {
        (**self).family(head);
    }

    fn series(&mut self, labels: SeriesLabels<'_>, value: Value<'_>) {
        (**self).series(labels, value);
    }

    fn batch(&mut self, batch: Batch<'_>) {
        (**self).batch(batch);
    }
}

/// Series behind one another: who knows what to do with many of them does so faster.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    pub(crate) series: SeriesOf<'a>,
    pub(crate) values: RowValues<'a>,
}

impl Batch<'_> {
    /// Calls `each` with every series and its value.
    pub(crate) fn each(self, each: &mut dyn FnMut(SeriesLabels<'_>, Value<'_>)) {
        let Self { series, values } = self;
        match values {
            RowValues::Numbers { numbers, value } => {
                let mut numbers = numbers.iter();
                series.each(&mut || numbers.next().map(|number| value(*number)), each);
            }
            RowValues::Histograms(histograms) => {
                let mut histograms = histograms.values();
                series.each(&mut || histograms.next().map(Value::Histogram), each);
            }
            RowValues::Summaries {
                digests,
                width,
                quantiles,
                value,
            } => {
                let mut digests = digests.chunks_exact(width);
                series.each(&mut || Some(value(digests.next()?, quantiles)), each);
            }
        }
    }
}

/// The labels of series behind one another, of one instance of a family.
#[derive(Clone, Copy)]
pub(crate) struct SeriesOf<'a> {
    pub(crate) constant: &'a [(String, String)],
    pub(crate) names: &'static [LabelDescriptor],
    pub(crate) text: &'a KeptText,
    pub(crate) rows: RowLabels<'a>,
}

impl SeriesOf<'_> {
    fn each<'v>(
        self,
        next: &mut dyn FnMut() -> Option<Value<'v>>,
        each: &mut dyn FnMut(SeriesLabels<'_>, Value<'_>),
    ) {
        let values = std::iter::from_fn(next);
        let Self {
            constant,
            names,
            text,
            rows,
        } = self;
        match rows {
            RowLabels::From(first) => {
                for (at, (line, value)) in text.combinations(first).zip(values).enumerate() {
                    if !line.is_empty() {
                        let values = LabelValues::Combination(first + at);
                        let line = Some(LineText::Whole(line));
                        each(SeriesLabels::new(constant, names, values, line), value);
                    }
                }
            }
            RowLabels::Packed { bytes, places } => {
                let line = text.around().map(LineText::Around);
                for (place, value) in places.iter().zip(values) {
                    let values = LabelValues::Packed(place.values(names.len(), bytes));
                    each(SeriesLabels::new(constant, names, values, line), value);
                }
            }
        }
    }
}
