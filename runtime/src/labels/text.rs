//! Names and labels as both text formats write them.

use std::fmt::{Result, Write};

use metricset_model::LabelDescriptor;

use super::piece::{Padded, Piece};
use crate::collect::{LabelValues, SeriesLabels};
use crate::escape;

/// Writes one label, `before` being what separates it from what stands before.
#[inline]
pub(crate) fn pair(out: &mut impl Write, before: &str, name: &str, value: &str) -> Result {
    for part in [before, name, "=\""] {
        out.write_str(part)?;
    }
    escape::quoted(out, value)?;
    out.write_str("\"")
}

/// Writes `{a="1",b="2"} `, and without labels the space.
pub(crate) fn block(out: &mut impl Write, labels: SeriesLabels<'_>) -> Result {
    let mut before = "{";
    for (name, value) in labels.iter() {
        pair(out, before, name, value)?;
        before = ",";
    }
    out.write_str(if before == "{" { " " } else { "} " })
}

/// Calls `f` with the values as a slice; without allocating unless there are many.
pub(crate) fn with_slice<'a, R>(
    mut values: impl Iterator<Item = &'a str>,
    f: impl FnOnce(&[&str]) -> R,
) -> R {
    let mut few = [""; 8];
    let mut count = 0;
    for (to, value) in few.iter_mut().zip(&mut values) {
        *to = value;
        count += 1;
    }
    match values.next() {
        None => f(&few[..count]),
        Some(next) => {
            let all: Vec<&str> = few.into_iter().chain([next]).chain(values).collect();
            f(&all)
        }
    }
}

/// What can be copied from the last line on.
const ROOM: usize = 96;

/// What the lines of one instance of a family have in common from one exposition to the next, rendered once: writing a line
/// is mostly copying, and few large copies are cheaper than many small ones.
#[derive(Debug)]
pub(crate) enum KeptText {
    /// Name and labels of all combinations of a closed set, one behind the other; nothing for one that cannot exist. Behind the
    /// last there is [`ROOM`].
    Closed { text: Vec<u8>, ends: Vec<u32> },
    /// What stands around the values of an open set, the name included.
    Open(Vec<Piece>),
}

impl KeptText {
    /// Of a closed set with so many combinations, or of an open one.
    pub(crate) fn new(
        name: &str,
        constant: &[(String, String)],
        names: &'static [LabelDescriptor],
        combinations: Option<usize>,
        exists: impl Fn(&[&str]) -> bool,
    ) -> Self {
        let Some(combinations) = combinations else {
            return Self::Open(around(name, constant, names));
        };
        let (mut text, mut ends) = (String::new(), Vec::with_capacity(combinations));
        for index in 0..combinations {
            let labels = SeriesLabels::new(constant, names, LabelValues::Combination(index), None);
            if exists(&labels.values().collect::<Vec<_>>()) {
                text.push_str(name);
                let written = block(&mut text, labels);
                debug_assert!(written.is_ok(), "writing to a string does not fail");
            }
            // Longer than that, and the exposition would not fit into memory.
            ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        }
        let mut text = text.into_bytes();
        text.resize(text.len() + ROOM, 0);
        text.shrink_to_fit();
        Self::Closed { text, ends }
    }

    /// The lines of the combinations from one on; empty for one that cannot exist.
    #[inline]
    pub(crate) fn combinations(&self, first: usize) -> impl Iterator<Item = Padded<'_>> {
        let (text, ends): (&[u8], &[u32]) = match self {
            Self::Closed { text, ends } => (text, ends),
            Self::Open(_) => (&[], &[]),
        };
        let mut start = match first {
            0 => 0,
            _ => ends.get(first - 1).map_or(0, |end| *end as usize),
        };
        ends.get(first..).unwrap_or(&[]).iter().map(move |end| {
            let from = std::mem::replace(&mut start, *end as usize);
            Padded::new(text.get(from..).unwrap_or(&[]), start - from)
        })
    }

    /// What stands before, between and behind the values of an open set.
    #[inline]
    pub(crate) fn pieces(&self) -> Option<&[Piece]> {
        match self {
            Self::Closed { .. } => None,
            Self::Open(pieces) => Some(pieces),
        }
    }
}

fn around(name: &str, constant: &[(String, String)], names: &[LabelDescriptor]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(names.len() + 1);
    let mut piece = String::from(name);
    let mut before = "{";
    for (name, value) in constant {
        let written = pair(&mut piece, before, name, value);
        debug_assert!(written.is_ok(), "writing to a string does not fail");
        before = ",";
    }
    for label in names {
        for part in [before, label.name, "=\""] {
            piece.push_str(part);
        }
        pieces.push(Piece::new(std::mem::take(&mut piece)));
        before = "\",";
    }
    pieces.push(Piece::new(String::from("\"} ")));
    pieces
}
