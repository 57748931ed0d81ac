//! Sample lines, which both text formats write alike.
//!
//! Writing a line is mostly copying, and few large copies are cheaper than many small ones: what the lines of a series have
//! in common is rendered once (`parts`), and what the labels of a family have in common comes rendered with them.

use std::fmt::{Error, Result};

use super::block::Block;
use super::out::Out;
use super::parts::{Kept, Names, Parts, around, render_start};
use super::{Format, line, number, openmetrics, text};
use crate::Size;
#[cfg(feature = "summary")]
use crate::collect::SummaryValue;
use crate::collect::{
    Batch, FamilyHead, HistogramValue, LineText, Number, SeriesLabels, StateSetValue,
};
use crate::escape;
use crate::family::{PackedLabels, RowLabels, RowValues};
use crate::labels::piece::Piece;
use crate::labels::text::{self as labels_text, Around, KeptText};

/// Writes samples, one family after the other.
pub(super) struct Samples<W> {
    format: Format,
    out: W,
    parts: Kept,
    size: Size,
}

impl<W: Out> Samples<W> {
    pub(super) fn new(format: Format, out: W) -> Self {
        Self {
            format,
            out,
            parts: Kept::take(),
            size: Size::default(),
        }
    }

    /// A family begins.
    pub(super) fn family(&mut self, head: &FamilyHead<'_>) -> Result {
        self.size.families += 1;
        let parts = &mut self.parts.0;
        match self.format {
            Format::PrometheusText => text::head(parts, head),
            Format::OpenMetrics => openmetrics::head(parts, head),
        }
    }

    /// A series with one sample.
    pub(super) fn single(&mut self, labels: SeriesLabels<'_>, value: Number) -> Result {
        self.size.series += 1;
        let Parts {
            block,
            names,
            is_declared,
            ..
        } = &mut self.parts.0;
        match labels.line {
            Some(LineText::Whole(line)) if *is_declared => block.push_padded(line),
            _ => {
                block.push_block(&names.name);
                labels_text::block(block, labels)?;
            }
        }
        number::line_end(block, value);
        block.spill(&mut self.out)
    }

    /// Several series under their declared name; `None` if they have to be written one by one.
    pub(super) fn batch(&mut self, Batch { series, values }: Batch<'_>) -> Option<Result> {
        if !self.parts.0.is_declared {
            return None;
        }
        Some(match (values, series.rows, series.text.around()) {
            (RowValues::Numbers { numbers, .. }, RowLabels::From(first), _) => {
                self.closed_numbers(series.text, first, numbers)
            }
            (
                RowValues::Numbers { numbers, .. },
                RowLabels::Packed { bytes, places },
                Some(text),
            ) => self.open_numbers(text, bytes, places, numbers),
            (RowValues::Histograms(histograms), RowLabels::From(first), _) => {
                let lines = series.text.combinations(first);
                lines
                    .zip(histograms.values())
                    .filter(|(line, _)| !line.is_empty())
                    .try_for_each(|(line, value)| {
                        self.parts.0.render_closed_labels(line);
                        self.rendered_histogram(value)
                    })
            }
            (
                RowValues::Histograms(histograms),
                RowLabels::Packed { bytes, places },
                Some(text),
            ) => places
                .iter()
                .zip(histograms.values())
                .try_for_each(|(place, value)| {
                    let labels = place.values(text.pieces().len(), bytes);
                    self.parts.0.render_open_labels(text, labels)?;
                    self.rendered_histogram(value)
                }),
            _ => return None,
        })
    }

    fn closed_numbers(&mut self, text: &KeptText, first: usize, numbers: &[Number]) -> Result {
        let block = &mut self.parts.0.block;
        let mut at = 0;
        let lines = |at| text.combinations(first + at).zip(&numbers[at..]);
        loop {
            let written = block.push_lines(lines(at), |to, (start, number)| {
                line::whole(to, start, *number)
            });
            at += written;
            self.size.series += written;
            // One that does not exist, or is too long for that.
            let Some((start, number)) = lines(at).next() else {
                break;
            };
            at += 1;
            if !start.is_empty() {
                self.size.series += 1;
                block.push(start.text());
                number::line_end(block, *number);
            }
        }
        block.spill(&mut self.out)
    }

    fn open_numbers(
        &mut self,
        text: &Around,
        bytes: &[u8],
        places: &[PackedLabels],
        numbers: &[Number],
    ) -> Result {
        let block = &mut self.parts.0.block;
        let (start, pieces) = (text.start(), text.pieces());
        let mut at = 0;
        let lines = |at| places[at..].iter().zip(&numbers[at..]);
        loop {
            at += block.push_lines(lines(at), |to, (place, number)| {
                let values = place.values(pieces.len(), bytes);
                let is_plain = values.is_plain();
                is_plain.then(|| line::around(to, start, pieces, values, *number))?
            });
            let Some((place, number)) = lines(at).next() else {
                break;
            };
            at += 1;
            block.push_padded(start);
            around(block, pieces, place.values(pieces.len(), bytes))?;
            number::line_end(block, *number);
        }
        self.size.series += at;
        block.spill(&mut self.out)
    }

    /// A histogram series: its buckets, then sum and count if the format has them.
    pub(super) fn histogram(
        &mut self,
        labels: SeriesLabels<'_>,
        value: HistogramValue<'_>,
    ) -> Result {
        self.parts.0.render_labels(labels)?;
        self.rendered_histogram(value)
    }

    /// The same of the series whose labels were rendered.
    fn rendered_histogram(&mut self, value: HistogramValue<'_>) -> Result {
        self.size.series += 1;
        let has_sum = self.format == Format::PrometheusText || openmetrics::has_sum(value);
        let Parts {
            block,
            names,
            labels,
            start,
            bounds,
            ..
        } = &mut self.parts.0;
        let names = names.suffixed();
        // Before what reads the labels: they are in memory by then, and the processor need not wait for its own stores.
        let mut sum = zmij::Buffer::new();
        let sum = number::float_text(&mut sum, value.sum);
        render_start(start, &names.bucket, labels, b"le");
        let ends = bounds.ends(value.bounds);
        let written = block.push_by(|to| line::buckets(to, start.padded(), ends, value.counts));
        let count = written.unwrap_or_else(|| buckets(block, start, ends, value.counts));
        if has_sum {
            block.push_block(&names.sum);
            block.push_block(labels);
            block.push(sum.as_bytes());
            block.push(b"\n");
            aggregate(block, &names.count, labels, Number::U64(count));
        }
        block.spill(&mut self.out)
    }

    /// A summary series: its quantiles, then sum and count, as far as the format has them.
    #[cfg(feature = "summary")]
    pub(super) fn summary(&mut self, labels: SeriesLabels<'_>, value: SummaryValue<'_>) -> Result {
        self.size.series += 1;
        let is_text = self.format == Format::PrometheusText;
        let is_exposed = |value: f64| is_text || openmetrics::is_quantile(value);
        let has_sum = is_text || openmetrics::is_counter(value.sum);
        let parts = &mut self.parts.0;
        parts.render_labels(labels)?;
        let Parts {
            block,
            names,
            labels,
            start,
            bounds,
            ..
        } = parts;
        let names = names.suffixed();
        render_start(start, &names.name, labels, b"quantile");
        let quantiles = bounds.ends(value.quantiles).iter().zip(value.iter());
        for (end, (_, value)) in quantiles.filter(|(_, (_, value))| is_exposed(*value)) {
            block.push(start.text());
            block.push(end.text().as_bytes());
            number::line_end(block, Number::F64(value));
        }
        if has_sum {
            aggregate(block, &names.sum, labels, Number::F64(value.sum));
            aggregate(block, &names.count, labels, Number::U64(value.count));
        }
        block.spill(&mut self.out)
    }

    /// A state set series: a sample for each state, told apart by a label with the name of the family.
    pub(super) fn states(&mut self, labels: SeriesLabels<'_>, value: StateSetValue<'_>) -> Result {
        self.size.series += 1;
        let parts = &mut self.parts.0;
        parts.render_labels(labels)?;
        let Parts {
            block,
            names: Names { name, .. },
            labels,
            start,
            ..
        } = parts;
        render_start(start, name, labels, name.text());
        for (state, active) in value.iter() {
            block.push(start.text());
            escape::quoted(block, state)?;
            block.push(if active { b"\"} 1\n" } else { b"\"} 0\n" });
        }
        block.spill(&mut self.out)
    }

    /// The writer, which has everything now, and how much that is.
    pub(super) fn finish(mut self) -> std::result::Result<(W, Size), Error> {
        let block = &mut self.parts.0.block;
        if self.format == Format::OpenMetrics {
            block.push(openmetrics::END);
        }
        block.flush(&mut self.out)?;
        Ok((self.out, self.size))
    }
}

/// Writes one sample for a whole series that has several.
#[inline(always)]
fn aggregate(block: &mut Block, name: &Block, labels: &Block, value: Number) {
    block.push_block(name);
    block.push_block(labels);
    number::line_end(block, value);
}

/// Writes the lines of all buckets, however long, and returns how many observations there are.
#[cold]
fn buckets(block: &mut Block, start: &Block, ends: &[Piece], counts: &[u64]) -> u64 {
    let mut cumulative: u64 = 0;
    for (end, count) in ends.iter().zip(counts) {
        cumulative = cumulative.saturating_add(*count);
        block.push(start.text());
        block.push(end.text().as_bytes());
        number::line_end(block, Number::U64(cumulative));
    }
    cumulative
}
