//! Sample lines, which both text formats write alike.
//!
//! Writing a line is mostly copying, and few large copies are cheaper than many small ones: what the lines of a series have
//! in common is rendered once, and what the labels of a family have in common comes rendered with them.

use std::cell::Cell;
use std::fmt::{Result, Write};

use metricset_model::number::canonical;

use super::number;
use crate::collect::{HistogramValue, LineText, Number, SeriesLabels, StateSetValue};
use crate::escape;
use crate::labels::text;

/// Writes samples, one family after the other.
pub(super) struct Samples<W> {
    pub(super) out: W,
    parts: Kept,
}

/// Text that lines are put together from. Used again from family to family and from exposition to exposition.
#[derive(Default)]
struct Parts {
    /// Name of the samples, for a histogram without suffix.
    name: String,
    /// Whether this is the family's declared name, under which lines are kept.
    is_declared: bool,
    /// Labels of a series that has several samples: `{a="1",b="2"} `.
    labels: String,
    /// The end of one line, and the start of the next up to the value of the label that tells the samples of a series apart:
    /// `⏎name_bucket{a="1",b="2",le="`.
    start: String,
    bounds: Bounds,
}

/// The parts that the thread keeps, back with it when they are dropped.
#[derive(Default)]
struct Kept(Parts);

thread_local!(static KEPT: Cell<Parts> = Cell::default());

impl Kept {
    fn take() -> Self {
        // Not there at the end of the thread, or while another exposition is being made.
        Self(KEPT.try_with(Cell::take).unwrap_or_default())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // Lost if the thread is at its end.
        let _ = KEPT.try_with(|kept| kept.set(std::mem::take(&mut self.0)));
    }
}

impl<W: Write> Samples<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            parts: Kept::take(),
        }
    }

    /// A family begins: its declared name, and that of its samples.
    pub(super) fn begin(&mut self, declared: &str, name: &str, suffix: &str) {
        let parts = &mut self.parts.0;
        parts.name.clear();
        parts.name.push_str(name);
        parts.name.push_str(suffix);
        parts.is_declared = parts.name == declared;
    }

    /// A series with one sample.
    #[inline(always)]
    pub(super) fn single(&mut self, labels: SeriesLabels<'_>, value: Number) -> Result {
        let Self { out, parts } = self;
        match labels.line {
            Some(LineText::Whole(line)) if parts.0.is_declared => out.write_str(line)?,
            _ => parts.0.line(out, labels)?,
        }
        number::value(out, value)?;
        out.write_str("\n")
    }

    /// A histogram series: its buckets, then sum and count if `has_sum`.
    pub(super) fn histogram(
        &mut self,
        labels: SeriesLabels<'_>,
        value: HistogramValue<'_>,
        has_sum: bool,
    ) -> Result {
        let Self { out, parts } = self;
        let parts = &mut parts.0;
        parts.render_labels(labels)?;
        parts.render_start("_bucket", Some("le"));
        let mut cumulative: u64 = 0;
        // No line has ended before the first.
        let mut start = &parts.start[1..];
        for (end, count) in parts.bounds.ends(value.bounds).zip(value.counts) {
            cumulative = cumulative.saturating_add(*count);
            out.write_str(start)?;
            out.write_str(end)?;
            number::integer(out, cumulative)?;
            start = &parts.start;
        }
        out.write_str("\n")?;
        if has_sum {
            parts.aggregate(out, "_sum", Number::F64(value.sum))?;
            parts.aggregate(out, "_count", Number::U64(cumulative))?;
        }
        Ok(())
    }

    /// A state set series: a sample for each state, told apart by a label with the name of the family.
    pub(super) fn states(&mut self, labels: SeriesLabels<'_>, value: StateSetValue<'_>) -> Result {
        let Self { out, parts } = self;
        let parts = &mut parts.0;
        parts.render_labels(labels)?;
        parts.render_start("", None);
        let mut start = &parts.start[1..];
        for (state, active) in value.iter() {
            out.write_str(start)?;
            escape::quoted(out, state)?;
            out.write_str(if active { "\"} 1" } else { "\"} 0" })?;
            start = &parts.start;
        }
        out.write_str(if value.states.is_empty() { "" } else { "\n" })
    }
}

impl Parts {
    /// Writes name and labels.
    #[inline]
    fn line(&self, out: &mut impl Write, labels: SeriesLabels<'_>) -> Result {
        match labels.line {
            Some(LineText::Around([first, pieces @ ..])) if self.is_declared => {
                out.write_str(first)?;
                around(out, pieces, labels)
            }
            _ => {
                out.write_str(&self.name)?;
                text::block(out, labels)
            }
        }
    }

    fn aggregate(&self, out: &mut impl Write, suffix: &str, value: Number) -> Result {
        for part in [&self.name, suffix, &self.labels] {
            out.write_str(part)?;
        }
        number::value(out, value)?;
        out.write_str("\n")
    }

    fn render_labels(&mut self, labels: SeriesLabels<'_>) -> Result {
        self.labels.clear();
        match labels.line {
            Some(LineText::Whole(line)) if self.is_declared => {
                self.labels
                    .push_str(line.get(self.name.len()..).unwrap_or(""));
                Ok(())
            }
            Some(LineText::Around([first, pieces @ ..])) if self.is_declared => {
                self.labels
                    .push_str(first.get(self.name.len()..).unwrap_or(""));
                around(&mut self.labels, pieces, labels)
            }
            _ => text::block(&mut self.labels, labels),
        }
    }

    /// Without a last label given, it has the name of the family.
    fn render_start(&mut self, suffix: &str, last_label: Option<&str>) {
        let last_label = last_label.unwrap_or(&self.name);
        // Without labels there is only the space.
        let (labels, comma) = match self.labels.strip_suffix("} ") {
            Some(labels) => (labels, ","),
            None => ("{", ""),
        };
        self.start.clear();
        for part in ["\n", &self.name, suffix, labels, comma, last_label, "=\""] {
            self.start.push_str(part);
        }
    }
}

/// Writes the values of the family's own labels, each with the piece that follows it.
fn around(out: &mut impl Write, pieces: &[String], labels: SeriesLabels<'_>) -> Result {
    for (value, piece) in labels.values().zip(pieces) {
        escape::quoted(out, value)?;
        out.write_str(piece)?;
    }
    Ok(())
}

/// The bounds of the last histogram as text, since nearly always the next one has the same.
#[derive(Default)]
struct Bounds {
    values: Vec<f64>,
    /// What follows the opening quote, `+Inf` last: `0.1"} `.
    ends: Vec<String>,
}

impl Bounds {
    fn ends(&mut self, values: &[f64]) -> impl Iterator<Item = &str> {
        if self.ends.is_empty() || self.values != values {
            self.values = values.to_vec();
            self.ends = values
                .iter()
                .chain(&[f64::INFINITY])
                .map(|bound| format!("{}\"}} ", canonical(*bound)))
                .collect();
        }
        self.ends.iter().map(String::as_str)
    }
}
