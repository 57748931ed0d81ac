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
    HistogramValue, LabelValues, LineText, Number, Numbers, SeriesLabels, StateSetValue,
    SummaryValue, Value,
};
use crate::escape;
use crate::family::{PackedValues, RowLabels};
use crate::labels::piece::Piece;
use crate::labels::text;

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
    /// Name of the samples, for a histogram without suffix.
    name: Block,
    /// Whether this is the family's declared name, under which lines are kept.
    is_declared: bool,
    /// Labels of a series that has several samples: `{a="1",b="2"} `.
    labels: Block,
    /// Where samples of one series start alike, up to the value of the label that tells them apart:
    /// `name_bucket{a="1",b="2",le="`.
    start: Block,
    bounds: Bounds,
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
        parts.name.clear();
        parts.name.push(name.as_bytes());
        parts.name.push(suffix.as_bytes());
        parts.is_declared = is_declared;
    }

    /// A series with one sample.
    #[inline(always)]
    pub(super) fn single(&mut self, labels: SeriesLabels<'_>, value: Number) -> Result {
        let Self { out, parts, size } = self;
        size.series += 1;
        let Parts {
            block,
            name,
            is_declared,
            ..
        } = &mut parts.0;
        match labels.line {
            Some(LineText::Whole(line)) if *is_declared => block.push(line),
            _ => {
                block.push_block(name);
                text::block(block, labels)?;
            }
        }
        number::line_end(block, value);
        block.spill(out)
    }

    /// Series with one sample each.
    pub(super) fn numbers(&mut self, numbers: Numbers<'_>) -> Result {
        let Numbers {
            series,
            numbers,
            value,
        } = numbers;
        let Parts {
            block, is_declared, ..
        } = &mut self.parts.0;
        match (series.rows, series.text.pieces()) {
            (RowLabels::From(first), _) if *is_declared => {
                let mut at = 0;
                let lines = |at| series.text.combinations(first + at).zip(&numbers[at..]);
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
            (RowLabels::Packed { bytes, places }, Some([first, pieces @ ..])) if *is_declared => {
                let mut at = 0;
                let lines = |at| places[at..].iter().zip(&numbers[at..]);
                loop {
                    at += block.push_lines(lines(at), |to, (place, number)| {
                        let values = place.values(bytes);
                        let is_plain = values.is_plain();
                        is_plain.then(|| line::around(to, first, pieces, values, *number))?
                    });
                    let Some((place, number)) = lines(at).next() else {
                        break;
                    };
                    at += 1;
                    block.push(first.text().as_bytes());
                    around(block, pieces, place.values(bytes))?;
                    number::line_end(block, *number);
                }
                self.size.series += at;
                block.spill(&mut self.out)
            }
            _ => {
                let mut result = Ok(());
                let values = numbers.iter().map(|number| value(*number));
                series.each(values, |labels, value| {
                    if result.is_ok()
                        && let Value::Counter(number) | Value::Gauge(number) = value
                    {
                        result = self.single(labels, number);
                    }
                });
                result
            }
        }
    }

    /// A histogram series: its buckets, then sum and count if `has_sum`.
    pub(super) fn histogram(
        &mut self,
        labels: SeriesLabels<'_>,
        value: HistogramValue<'_>,
        has_sum: bool,
    ) -> Result {
        self.size.series += 1;
        let parts = &mut self.parts.0;
        parts.render_labels(labels)?;
        parts.render_start(b"_bucket", Some("le"));
        let Parts {
            block,
            start,
            bounds,
            ..
        } = parts;
        let ends = bounds.ends(value.bounds);
        let written = block.push_by(|to| line::buckets(to, start.padded(), ends, value.counts));
        let count = written.unwrap_or_else(|| buckets(block, start, ends, value.counts));
        if has_sum {
            parts.aggregate(b"_sum", Number::F64(value.sum));
            parts.aggregate(b"_count", Number::U64(count));
        }
        parts.block.spill(&mut self.out)
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
        parts.render_start(b"", Some("quantile"));
        let Parts {
            block,
            start,
            bounds,
            ..
        } = parts;
        let quantiles = bounds.ends(value.quantiles).iter().zip(value.iter());
        for (end, (_, value)) in quantiles.filter(|(_, (_, value))| is_exposed(*value)) {
            block.push(start.text());
            block.push(end.text().as_bytes());
            number::line_end(block, Number::F64(value));
        }
        if has_sum {
            parts.aggregate(b"_sum", Number::F64(value.sum));
            parts.aggregate(b"_count", Number::U64(value.count));
        }
        parts.block.spill(&mut self.out)
    }

    /// A state set series: a sample for each state, told apart by a label with the name of the family.
    pub(super) fn states(&mut self, labels: SeriesLabels<'_>, value: StateSetValue<'_>) -> Result {
        self.size.series += 1;
        let parts = &mut self.parts.0;
        parts.render_labels(labels)?;
        parts.render_start(b"", None);
        let Parts { block, start, .. } = parts;
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
    #[inline(always)]
    fn aggregate(&mut self, suffix: &[u8], value: Number) {
        self.block.push_block(&self.name);
        self.block.push(suffix);
        self.block.push_block(&self.labels);
        number::line_end(&mut self.block, value);
    }

    fn render_labels(&mut self, labels: SeriesLabels<'_>) -> Result {
        self.labels.clear();
        let without_name = |line| <[u8]>::get(line, self.name.text().len()..).unwrap_or_default();
        match (labels.line, labels.values) {
            (Some(LineText::Whole(line)), _) if self.is_declared => {
                self.labels.push(without_name(line));
                Ok(())
            }
            (Some(LineText::Around([first, pieces @ ..])), LabelValues::Packed(values))
                if self.is_declared =>
            {
                self.labels.push(without_name(first.text().as_bytes()));
                around(&mut self.labels, pieces, values)
            }
            _ => text::block(&mut self.labels, labels),
        }
    }

    /// Without a last label given, it has the name of the family.
    #[inline(always)]
    fn render_start(&mut self, suffix: &[u8], last_label: Option<&str>) {
        let Self {
            name,
            labels,
            start,
            ..
        } = self;
        start.clear();
        start.push_block(name);
        start.push(suffix);
        start.push_block(labels);
        // Without labels there is only the space.
        if labels.text() == b" " {
            start.pop(b" ".len());
            start.push(b"{");
        } else {
            start.pop(b"} ".len());
            start.push(b",");
        }
        match last_label {
            Some(label) => start.push(label.as_bytes()),
            None => start.push_block(name),
        }
        start.push(b"=\"");
    }
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
            .is_none_or(|(known, _)| known != values)
        {
            let at = self.known.iter().position(|(known, _)| known == values);
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
