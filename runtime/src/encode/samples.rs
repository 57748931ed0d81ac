//! Sample lines, which both text formats write alike.
//!
//! Writing a line is mostly copying, and few large copies are cheaper than many small ones: what the lines of a family have
//! in common is rendered once.

use std::fmt::{Result, Write};

use metricset_model::LabelDescriptor;

use super::{escape, number};
use crate::collect::{HistogramValue, Number, SeriesLabels, StateSetValue};

/// Writes samples, one family after the other. What is allocated here is used again from series to series.
pub(super) struct Samples<W> {
    pub(super) out: W,
    /// Name of the samples, for a histogram without suffix.
    name: String,
    template: Template,
    /// Labels of a series that has several samples: `a="1",b="2"`.
    labels: String,
    /// Where samples of one series start alike, up to the value of the label that tells them apart:
    /// `name_bucket{a="1",b="2",le="`.
    start: String,
    bounds: Bounds,
}

impl<W: Write> Samples<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            name: String::new(),
            template: Template::default(),
            labels: String::new(),
            start: String::new(),
            bounds: Bounds::default(),
        }
    }

    /// A family begins.
    pub(super) fn begin(&mut self, name: &str, suffix: &str) {
        self.name.clear();
        self.name.push_str(name);
        self.name.push_str(suffix);
        self.template.pieces.clear();
    }

    /// A series with one sample.
    #[inline]
    pub(super) fn single(&mut self, labels: SeriesLabels<'_>, value: Number) -> Result {
        let out = &mut self.out;
        if !self.template.is_for(labels) {
            self.template.render(&self.name, labels)?;
        }
        if let Some((end, pieces)) = self.template.pieces.split_last() {
            for (piece, value) in pieces.iter().zip(labels.values) {
                out.write_str(piece)?;
                escape::quoted(out, value)?;
            }
            out.write_str(end)?;
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
        self.render_labels(labels)?;
        self.render_start("_bucket", Some("le"));
        let mut cumulative: u64 = 0;
        for (end, count) in self.bounds.ends(value.bounds).iter().zip(value.counts) {
            cumulative = cumulative.saturating_add(*count);
            self.out.write_str(&self.start)?;
            self.out.write_str(end)?;
            number::value(&mut self.out, Number::U64(cumulative))?;
            self.out.write_str("\n")?;
        }
        if has_sum {
            self.aggregate("_sum", Number::F64(value.sum))?;
            self.aggregate("_count", Number::U64(cumulative))?;
        }
        Ok(())
    }

    /// A state set series: a sample for each state, told apart by a label with the name of the family.
    pub(super) fn states(&mut self, labels: SeriesLabels<'_>, value: StateSetValue<'_>) -> Result {
        self.render_labels(labels)?;
        self.render_start("", None);
        for (state, active) in value.iter() {
            self.out.write_str(&self.start)?;
            escape::quoted(&mut self.out, state)?;
            self.out
                .write_str(if active { "\"} 1\n" } else { "\"} 0\n" })?;
        }
        Ok(())
    }

    fn aggregate(&mut self, suffix: &str, value: Number) -> Result {
        let out = &mut self.out;
        out.write_str(&self.name)?;
        out.write_str(suffix)?;
        if !self.labels.is_empty() {
            out.write_str("{")?;
            out.write_str(&self.labels)?;
            out.write_str("}")?;
        }
        out.write_str(" ")?;
        number::value(out, value)?;
        out.write_str("\n")
    }

    fn render_labels(&mut self, labels: SeriesLabels<'_>) -> Result {
        self.labels.clear();
        let mut before = "";
        for (name, value) in labels.iter() {
            label(&mut self.labels, before, name, value)?;
            before = ",";
        }
        Ok(())
    }

    /// Without a last label given, it has the name of the family.
    fn render_start(&mut self, suffix: &str, last_label: Option<&str>) {
        let comma = if self.labels.is_empty() { "" } else { "," };
        let last_label = last_label.unwrap_or(&self.name);
        self.start.clear();
        for part in [
            &self.name,
            suffix,
            "{",
            &self.labels,
            comma,
            last_label,
            "=\"",
        ] {
            self.start.push_str(part);
        }
    }
}

#[inline]
fn label(out: &mut impl Write, before: &str, name: &str, value: &str) -> Result {
    out.write_str(before)?;
    out.write_str(name)?;
    out.write_str("=\"")?;
    escape::quoted(out, value)?;
    out.write_str("\"")
}

/// What the lines of a family have in common: all but the values of its own labels, and what is measured.
#[derive(Default)]
struct Template {
    constant: Vec<(String, String)>,
    names: &'static [LabelDescriptor],
    /// One before each label value and one behind the last; none before the first series of a family.
    pieces: Vec<String>,
}

impl Template {
    #[inline]
    fn is_for(&self, labels: SeriesLabels<'_>) -> bool {
        !self.pieces.is_empty()
            && std::ptr::eq(self.names, labels.names)
            && self.constant == labels.constant
    }

    #[cold]
    fn render(&mut self, name: &str, labels: SeriesLabels<'_>) -> Result {
        self.constant = labels.constant.to_vec();
        self.names = labels.names;
        self.pieces.clear();
        let mut piece = String::from(name);
        let mut before = "{";
        for (name, value) in labels.constant {
            label(&mut piece, before, name, value)?;
            before = ",";
        }
        for label in labels.names {
            for part in [before, label.name, "=\""] {
                piece.push_str(part);
            }
            self.pieces.push(std::mem::take(&mut piece));
            before = "\",";
        }
        piece.push_str(match before {
            "{" => " ",
            "," => "} ",
            _ => "\"} ",
        });
        self.pieces.push(piece);
        Ok(())
    }
}

/// The bounds of the last histogram as text, since nearly always the next one has the same.
#[derive(Default)]
struct Bounds {
    values: Vec<f64>,
    /// What follows the opening quote, `+Inf` last: `0.1"} `.
    ends: Vec<String>,
}

impl Bounds {
    fn ends(&mut self, values: &[f64]) -> &[String] {
        if self.ends.is_empty() || self.values != values {
            self.values = values.to_vec();
            self.ends = values
                .iter()
                .chain(&[f64::INFINITY])
                .map(|bound| format!("{}\"}} ", number::canonical(*bound)))
                .collect();
        }
        &self.ends
    }
}
