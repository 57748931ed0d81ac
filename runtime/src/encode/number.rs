//! Numbers as text.

use metricset_model::number::not_finite;

use super::block::Block;
use crate::collect::Number;

/// Writes the value of a sample; a float as the shortest text that reads back the same.
#[inline(always)]
pub(super) fn value(out: &mut Block, value: Number) {
    match value {
        Number::U64(value) => out.push_integer(value),
        Number::I64(value) => {
            if value < 0 {
                out.push(b"-");
            }
            out.push_integer(value.unsigned_abs());
        }
        Number::F64(value) => float(out, value),
    }
}

/// Writes the value of a sample and ends its line.
#[inline(always)]
pub(super) fn line_end(out: &mut Block, value: Number) {
    self::value(out, value);
    out.push(b"\n");
}

/// Out of line, so that the loop over integers stays small.
#[inline(never)]
fn float(out: &mut Block, value: f64) {
    match not_finite(value) {
        Some(text) => out.push(text.as_bytes()),
        None => out.push(zmij::Buffer::new().format_finite(value).as_bytes()),
    }
}
