//! Several series handed over at once: one call for all of them, and what they are is asked once.

use std::cell::Cell;

use metricset_model::{FamilyDescriptor, MetricType};

use super::{PackedLabels, SeriesSink};
use crate::collect::{HistogramValue, Number, Value};
use crate::metrics::{SeriesMetric, bucket_counts};

/// Series that a collection hands over at once.
pub(super) const AT_ONCE: usize = 32;

// What summaries come to, kept from collection to collection.
thread_local!(static DIGESTS: Cell<Vec<u64>> = const { Cell::new(Vec::new()) });

/// Series behind one another.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    pub(crate) labels: RowLabels<'a>,
    pub(crate) values: RowValues<'a>,
}

/// The labels of series behind one another.
#[derive(Clone, Copy)]
pub(crate) enum RowLabels<'a> {
    /// Combinations of a closed set from this one on.
    From(usize),
    /// For each series where among the bytes they are.
    Packed {
        bytes: &'a [u8],
        places: &'a [PackedLabels],
    },
}

/// The values of series behind one another. What they are is asked once for all of them.
#[derive(Clone, Copy)]
pub(crate) enum RowValues<'a> {
    /// One number for each, and what it is.
    Numbers {
        numbers: &'a [Number],
        value: fn(Number) -> Value<'static>,
    },
    Histograms(Histograms<'a>),
    /// So many words for each, and what they come to.
    Summaries {
        digests: &'a [u64],
        width: usize,
        quantiles: &'a [f64],
        value: for<'b> fn(&'b [u64], &'b [f64]) -> Value<'b>,
    },
}

/// So many cells for each histogram.
#[derive(Clone, Copy)]
pub(crate) struct Histograms<'a> {
    cells: &'a [u64],
    width: usize,
    pub(crate) bounds: &'static [f64],
    /// What the cells of one come to. Not the value as a whole: it is put together where its parts are read.
    sum: fn(&[u64]) -> f64,
}

impl<'a> Histograms<'a> {
    pub(crate) fn values(self) -> impl Iterator<Item = HistogramValue<'a>> {
        let histograms = self.cells.chunks_exact(self.width);
        histograms.map(move |cells| {
            HistogramValue::new(self.bounds, bucket_counts(cells), (self.sum)(cells))
        })
    }
}

/// Hands several series to the sink, of which there are at most [`AT_ONCE`]: what their cells come to.
pub(super) fn hand_over<M: SeriesMetric>(
    labels: RowLabels<'_>,
    (cells, width): (&[u64], usize),
    family: &'static FamilyDescriptor,
    sink: &mut dyn SeriesSink,
) {
    let mut hand = |values| sink.rows(Rows { labels, values });
    let value = match M::TYPE {
        MetricType::Counter => Value::Counter,
        MetricType::Gauge => Value::Gauge,
        MetricType::Histogram => {
            return hand(RowValues::Histograms(Histograms {
                cells,
                width,
                bounds: family.buckets.unwrap_or(&[]),
                sum: |cells| match M::value(cells, &[]) {
                    Value::Histogram(histogram) => histogram.sum,
                    _ => 0.0,
                },
            }));
        }
        _ => {
            // Not there at the end of the thread, or while a sink collects something else.
            let mut digests = DIGESTS.try_with(Cell::take).unwrap_or_default();
            digests.clear();
            let series = cells.chunks_exact(width);
            let count = series.len();
            if let Some(digest) = M::DIGEST {
                series.for_each(|cells| digest(cells, family, &mut digests));
            }
            hand(RowValues::Summaries {
                digests: &digests,
                width: digests.len().checked_div(count).unwrap_or(0),
                quantiles: family.quantiles.unwrap_or(&[]),
                value: M::value,
            });
            // Lost if the thread is at its end.
            let _ = DIGESTS.try_with(|kept| kept.set(digests));
            return;
        }
    };
    let mut numbers = [Number::U64(0); AT_ONCE];
    let mut count = 0;
    for (number, cells) in numbers.iter_mut().zip(cells.chunks_exact(width)) {
        if let Value::Counter(value) | Value::Gauge(value) = M::value(cells, &[]) {
            *number = value;
            count += 1;
        }
    }
    hand(RowValues::Numbers {
        numbers: &numbers[..count],
        value,
    });
}
