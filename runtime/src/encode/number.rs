//! Numbers as text.

use std::fmt::{Result, Write};

use metricset_model::number::not_finite;

use crate::collect::Number;

/// Writes the value of a sample; a float as the shortest text that reads back the same.
#[inline(always)]
pub(super) fn value(out: &mut impl Write, value: Number) -> Result {
    match value {
        Number::U64(value) => integer(out, value),
        Number::I64(value) => out.write_str(itoa::Buffer::new().format(value)),
        Number::F64(value) => float(out, value),
    }
}

/// Out of line, so that the loop over integers stays small.
#[inline(never)]
fn float(out: &mut impl Write, value: f64) -> Result {
    match not_finite(value) {
        Some(text) => out.write_str(text),
        None => out.write_str(zmij::Buffer::new().format_finite(value)),
    }
}

#[inline(always)]
pub(super) fn integer(out: &mut impl Write, value: u64) -> Result {
    out.write_str(itoa::Buffer::new().format(value))
}
