//! Sample lines, which both text formats write alike.
//!
//! Writing a line is mostly copying, and few large copies are cheaper than many small ones: what the lines of a series have
//! in common is rendered once, and what the labels of a family have in common comes rendered with them.

use std::cell::Cell;
use std::fmt::{Error, Result};

use metricset_model::number::canonical;

use super::block::Block;
use super::line;
use super::number;
use super::out::Out;
use crate::Size;
use crate::collect::{
    Batch, HistogramValue, LabelValues, LineText, Number, SeriesLabels, StateSetValue, SummaryValue,
};
use crate::escape;
use crate::family::{PackedLabels, PackedValues, RowLabels, RowValues};
use crate::labels::piece::{Padded, Piece};
use crate::labels::text::{self, Around, KeptText};

/// Writes samples, one family after the other.
pub(super) struct Samples<W> {
    out: W,
    parts: Kept,
    size: Size,
}

/// Text that lines are put together from. Used again from family to family and from exposition to exposition.
#[derive(Default)]
struct Parts {
    block: Block,
    names: Names,
    /// Whether this is the family's declared name, under which lines are kept.
    is_declared: bool,
    /// Labels of a series that has several samples: `{a="1",b="2"} `.
    labels: Block,
    /// Where samples of one series start alike, up to the value of the label that tells them apart:
    /// `name_bucket{a="1",b="2",le="`.
    start: Block,
    bounds: Bounds,
}

/// How the samples of the family are called.
#[derive(Default)]
struct Names {
    /// Of a histogram or summary without suffix.
    name: Block,
    bucket: Block,
    sum: Block,
    count: Block,
    /// Whether the last three are those of this family: most families do not have them.
    has_suffixed: bool,
}

impl Names {
    fn begin(&mut self, name: &str, suffix: &str) {
        self.name.clear();
        self.name.push(name.as_bytes());
        self.name.push(suffix.as_bytes());
        self.has_suffixed = false;
    }

    /// Those of a histogram or summary.
    fn suffixed(&mut self) -> &Self {
        if !self.has_suffixed {
            self.has_suffixed = true;
            for (suffixed, suffix) in [
                (&mut self.bucket, "_bucket"),
                (&mut self.sum, "_sum"),
                (&mut self.count, "_count"),
            ] {
                suffixed.clear();
                suffixed.push_block(&self.name);
                suffixed.push(suffix.as_bytes());
            }
        }
        self
    }
}

/// The parts that the thread keeps, back with it when they are dropped.
struct Kept(Parts);

thread_local!(static KEPT: Cell<Parts> = Cell::default());

impl Kept {
    fn take() -> Self {
        // Not there at the end of the thread, or while another exposition is being made.
        let mut parts = KEPT.try_with(Cell::take).unwrap_or_default();
        parts.block.clear();
        Self(parts)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // Lost if the thread is at its end.
        let _ = KEPT.try_with(|kept| kept.set(std::mem::take(&mut self.0)));
    }
}

impl<W: Out> Samples<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            parts: Kept::take(),
            size: Size::default(),
        }
    }

    /// What stands between samples is written here.
    pub(super) fn block(&mut self) -> &mut Block {
        &mut self.parts.0.block
    }

    /// A family begins: the name of its samples, and whether it is the declared one.
    pub(super) fn begin(&mut self, name: &str, suffix: &str, is_declared: bool) {
        self.size.families += 1;
        let parts = &mut self.parts.0;
        parts.names.begin(name, suffix);
        parts.is_declared = is_declared;
    }

    /// A series with one sample.
    #[inline(always)]
    pub(super) fn single(&mut self, labels: SeriesLabels<'_>, value: Number) -> Result {
        let Self { out, parts, size } = self;
        size.series += 1;
        let Parts {
            block,
            names,
            is_declared,
            ..
        } = &mut parts.0;
        match labels.line {
            Some(LineText::Whole(line)) if *is_declared => block.push_padded(line),
            _ => {
                block.push_block(&names.name);
                text::block(block, labels)?;
            }
        }
        number::line_end(block, value);
        block.spill(out)
    }

    /// Several series under their declared name; `None` if they have to be written one by one.
    pub(super) fn batch(
        &mut self,
        Batch { series, values }: Batch<'_>,
        has_sum: impl Fn(HistogramValue<'_>) -> bool,
    ) -> Option<Result> {
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
                        self.rendered_histogram(value, has_sum(value))
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
                    let labels = place.values(bytes);
                    self.parts.0.render_open_labels(text, labels)?;
                    self.rendered_histogram(value, has_sum(value))
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
                let values = place.values(bytes);
                let is_plain = values.is_plain();
                is_plain.then(|| line::around(to, start, pieces, values, *number))?
            });
            let Some((place, number)) = lines(at).next() else {
                break;
            };
            at += 1;
            block.push_padded(start);
            around(block, pieces, place.values(bytes))?;
            number::line_end(block, *number);
        }
        self.size.series += at;
        block.spill(&mut self.out)
    }

    /// A histogram series: its buckets, then sum and count if `has_sum`.
    pub(super) fn histogram(
        &mut self,
        labels: SeriesLabels<'_>,
        value: HistogramValue<'_>,
        has_sum: bool,
    ) -> Result {
        self.parts.0.render_labels(labels)?;
        self.rendered_histogram(value, has_sum)
    }

    /// The same of the series whose labels were rendered.
    #[inline(always)]
    fn rendered_histogram(&mut self, value: HistogramValue<'_>, has_sum: bool) -> Result {
        self.size.series += 1;
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

    /// A summary series: its quantiles with a value that `is_exposed`, then sum and count if `has_sum`.
    pub(super) fn summary(
        &mut self,
        labels: SeriesLabels<'_>,
        value: SummaryValue<'_>,
        has_sum: bool,
        is_exposed: impl Fn(f64) -> bool,
    ) -> Result {
        self.size.series += 1;
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
        self.parts.0.block.flush(&mut self.out)?;
        Ok((self.out, self.size))
    }
}

impl Parts {
    fn render_labels(&mut self, labels: SeriesLabels<'_>) -> Result {
        match (labels.line, labels.values) {
            (Some(LineText::Whole(line)), _) if self.is_declared => {
                self.render_closed_labels(line);
                Ok(())
            }
            (Some(LineText::Around(text)), LabelValues::Packed(values)) if self.is_declared => {
                self.render_open_labels(text, values)
            }
            _ => {
                self.labels.clear();
                text::block(&mut self.labels, labels)
            }
        }
    }

    /// Those of a closed set, from a line under the declared name.
    #[inline(always)]
    fn render_closed_labels(&mut self, line: Padded<'_>) {
        self.labels.clear();
        let name = self.names.name.text();
        self.labels.push_padded(line.without(name.len()));
    }

    #[inline(always)]
    fn render_open_labels(&mut self, text: &Around, values: PackedValues<'_>) -> Result {
        self.labels.clear();
        self.labels.push_padded(text.labels_start());
        around(&mut self.labels, text.pieces(), values)
    }
}

/// Where samples of one series start alike, up to the value of the last label.
#[inline(always)]
fn render_start(start: &mut Block, name: &Block, labels: &Block, last_label: &[u8]) {
    start.clear();
    start.push_block(name);
    start.push_block(labels);
    // Without labels there is only the space.
    if labels.text() == b" " {
        start.pop(b" ".len());
        start.push(b"{");
    } else {
        start.pop(b"} ".len());
        start.push(b",");
    }
    start.push(last_label);
    start.push(b"=\"");
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

/// Writes label values, each with the piece that follows it.
#[inline(always)]
fn around(block: &mut Block, pieces: &[Piece], values: PackedValues<'_>) -> Result {
    if !values.is_plain() {
        return around_escaped(block, pieces, values);
    }
    if block
        .push_by(|to| Some((line::values(to, 0, pieces, values)?, ())))
        .is_some()
    {
        return Ok(());
    }
    for (value, piece) in values.zip(pieces) {
        block.push(value);
        block.push(piece.text().as_bytes());
    }
    Ok(())
}

#[cold]
#[inline(never)]
fn around_escaped(block: &mut Block, pieces: &[Piece], mut values: PackedValues<'_>) -> Result {
    for piece in pieces {
        escape::quoted(block, values.next_text().unwrap_or_default())?;
        block.push(piece.text().as_bytes());
    }
    Ok(())
}

/// Bounds of histograms and quantiles of summaries as text. Programs have few different ones.
#[derive(Default)]
struct Bounds {
    known: Vec<(Vec<f64>, Vec<Piece>)>,
    /// Which the last series had: nearly always the next one has the same.
    last: usize,
}

/// A program that has more pays for rendering them again.
const MOST_BOUNDS: usize = 64;

impl Bounds {
    /// What follows the opening quote, `+Inf` last: `0.1"} `.
    fn ends(&mut self, values: &[f64]) -> &[Piece] {
        if self
            .known
            .get(self.last)
            .is_none_or(|(known, _)| !are_same(known, values))
        {
            let at = self
                .known
                .iter()
                .position(|(known, _)| are_same(known, values));
            self.last = at.unwrap_or_else(|| self.render(values));
        }
        &self.known[self.last].1
    }

    fn render(&mut self, values: &[f64]) -> usize {
        if self.known.len() == MOST_BOUNDS {
            self.known.clear();
        }
        let bounds = values.iter().chain(&[f64::INFINITY]);
        let ends = bounds.map(|bound| Piece::new(format!("{}\"}} ", canonical(*bound))));
        self.known.push((values.to_vec(), ends.collect()));
        self.known.len() - 1
    }
}

/// Bit by bit and without a branch for each number, since every histogram is asked.
fn are_same(known: &[f64], values: &[f64]) -> bool {
    let pairs = known.iter().zip(values);
    let difference = pairs.fold(0, |bits, (a, b)| bits | (a.to_bits() ^ b.to_bits()));
    known.len() == values.len() && difference == 0
}
