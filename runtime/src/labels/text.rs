//! Names and labels as both text formats write them.

use std::fmt::{Result, Write};
use std::sync::Arc;

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
            let mut all = few.to_vec();
            all.push(next);
            all.extend(values);
            f(&all)
        }
    }
}

/// What can be copied from the last line on.
const ROOM: usize = 96;

/// What the lines of one instance of a family have in common from one exposition to the next, rendered once: writing a line
/// is mostly copying, and few large copies are cheaper than many small ones.
#[derive(Clone, Debug)]
pub(crate) enum KeptText {
    /// Of all combinations of a closed set.
    Closed(Lines),
    Open(Arc<Around>),
}

/// The lines of all combinations, up to their values, in one piece: a scrape of many families finds nothing of them in the
/// processor's caches, and waits for each place that it has to look at.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    count: usize,
    /// Where each line ends, then name and labels of one behind the other, nothing for a combination that cannot exist, then
    /// [`ROOM`].
    bytes: Arc<[u8]>,
}

/// What stands around the values of an open set.
#[derive(Debug)]
pub(crate) struct Around {
    /// The name and what stands before the first value, then [`ROOM`].
    start: Box<[u8]>,
    start_len: usize,
    name_len: usize,
    /// What stands behind each value.
    pieces: Vec<Piece>,
}

/// Bytes of the place where a line ends.
const END: usize = size_of::<u32>();

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
            return Self::Open(Around::new(name, constant, names).into());
        };
        let mut text = String::new();
        let mut bytes = Vec::with_capacity(combinations * END);
        for index in 0..combinations {
            let labels = SeriesLabels::new(constant, names, LabelValues::Combination(index), None);
            if exists(&labels.values().collect::<Vec<_>>()) {
                text.push_str(name);
                let written = block(&mut text, labels);
                debug_assert!(written.is_ok(), "writing to a string does not fail");
            }
            // Longer than that, and the exposition would not fit into memory.
            let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&end.to_le_bytes());
        }
        bytes.extend_from_slice(text.as_bytes());
        bytes.resize(bytes.len() + ROOM, 0);
        Self::Closed(Lines {
            count: combinations,
            bytes: bytes.into(),
        })
    }

    /// The lines of the combinations from one on; empty for one that cannot exist.
    #[inline]
    pub(crate) fn combinations(&self, first: usize) -> impl Iterator<Item = Padded<'_>> {
        let (ends, text) = match self {
            Self::Closed(lines) => {
                let (ends, text) = lines.bytes.split_at(lines.count * END);
                (ends.as_chunks::<END>().0, text)
            }
            Self::Open(_) => (&[][..], &[][..]),
        };
        let place = |end: &[u8; END]| u32::from_le_bytes(*end) as usize;
        let mut start = match first {
            0 => 0,
            _ => ends.get(first - 1).map_or(0, place),
        };
        ends.get(first..).unwrap_or(&[]).iter().map(move |end| {
            let from = std::mem::replace(&mut start, place(end));
            Padded::new(text.get(from..).unwrap_or(&[]), start - from)
        })
    }

    /// What stands around the values of an open set.
    #[inline]
    pub(crate) fn around(&self) -> Option<&Around> {
        match self {
            Self::Closed(_) => None,
            Self::Open(around) => Some(around),
        }
    }
}

impl Around {
    fn new(name: &str, constant: &[(String, String)], names: &[LabelDescriptor]) -> Self {
        let mut start = String::from(name);
        let mut before = "{";
        for (name, value) in constant {
            let written = pair(&mut start, before, name, value);
            debug_assert!(written.is_ok(), "writing to a string does not fail");
            before = ",";
        }
        let mut names = names.iter();
        let first = names.next().map_or("", |label| label.name);
        for part in [before, first, "=\""] {
            start.push_str(part);
        }
        let mut pieces = Vec::new();
        for label in names {
            pieces.push(Piece::new(format!("\",{}=\"", label.name)));
        }
        pieces.push(Piece::new(String::from("\"} ")));
        let mut bytes = start.clone().into_bytes();
        bytes.resize(start.len() + ROOM, 0);
        Self {
            start: bytes.into(),
            start_len: start.len(),
            name_len: name.len(),
            pieces,
        }
    }

    /// The name and what stands before the first value.
    #[inline(always)]
    pub(crate) fn start(&self) -> Padded<'_> {
        Padded::new(&self.start, self.start_len)
    }

    /// The same without the name.
    #[inline(always)]
    pub(crate) fn labels_start(&self) -> Padded<'_> {
        self.start().without(self.name_len)
    }

    /// What stands behind each value.
    #[inline(always)]
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}
