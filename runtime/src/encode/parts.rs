//! What the lines of a series or a family have in common: rendered once, and copied into each of them.

use std::cell::Cell;
use std::fmt::Result;

use super::block::Block;
use super::bounds::Bounds;
use super::line;
use crate::collect::{LabelValues, LineText, SeriesLabels};
use crate::escape;
use crate::family::PackedValues;
use crate::labels::piece::{Padded, Piece};
use crate::labels::text::{self, Around};

/// Text that lines are put together from. Used again from family to family and from exposition to exposition.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) block: Block,
    pub(super) names: Names,
    /// Whether samples have the name that the family declares, under which lines are kept.
    pub(super) is_declared: bool,
    /// Labels of a series that has several samples: `{a="1",b="2"} `.
    pub(super) labels: Block,
    /// Where samples of one series start alike, up to the value of the label that tells them apart:
    /// `name_bucket{a="1",b="2",le="`.
    pub(super) start: Block,
    pub(super) bounds: Bounds,
}

/// How the samples of the family are called.
#[derive(Default)]
pub(super) struct Names {
    /// Of a histogram or summary without suffix.
    pub(super) name: Block,
    pub(super) bucket: Block,
    pub(super) sum: Block,
    pub(super) count: Block,
    /// Whether the last three are those of this family: most families do not have them.
    has_suffixed: bool,
}

impl Names {
    pub(super) fn begin(&mut self, name: &str, suffix: &str) {
        self.name.clear();
        self.name.push(name.as_bytes());
        self.name.push(suffix.as_bytes());
        self.has_suffixed = false;
    }

    /// Those of a histogram or summary.
    pub(super) fn suffixed(&mut self) -> &Self {
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
pub(super) struct Kept(pub(super) Parts);

thread_local!(static KEPT: Cell<Parts> = Cell::default());

impl Kept {
    pub(super) fn take() -> Self {
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

impl Parts {
    /// A family begins: the name of its samples, and whether it is the declared one. What is said of it goes into the block.
    pub(super) fn begin(&mut self, name: &str, suffix: &str, is_declared: bool) -> &mut Block {
        self.names.begin(name, suffix);
        self.is_declared = is_declared;
        &mut self.block
    }

    pub(super) fn render_labels(&mut self, labels: SeriesLabels<'_>) -> Result {
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
    pub(super) fn render_closed_labels(&mut self, line: Padded<'_>) {
        self.labels.clear();
        let name = self.names.name.text();
        self.labels.push_padded(line.without(name.len()));
    }

    #[inline(always)]
    pub(super) fn render_open_labels(&mut self, text: &Around, values: PackedValues<'_>) -> Result {
        self.labels.clear();
        self.labels.push_padded(text.labels_start());
        around(&mut self.labels, text.pieces(), values)
    }
}

/// Where samples of one series start alike, up to the value of the last label.
#[inline(always)]
pub(super) fn render_start(start: &mut Block, name: &Block, labels: &Block, last_label: &[u8]) {
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

/// Writes label values, each with the piece that follows it.
#[inline(always)]
pub(super) fn around(block: &mut Block, pieces: &[Piece], values: PackedValues<'_>) -> Result {
    if !values.is_plain() {
        return around_escaped(block, pieces, values);
    }
    if block
        .push_by(|to| Some((line::values(to, pieces, values)?, ())))
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
