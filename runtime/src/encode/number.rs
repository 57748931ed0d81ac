//! Numbers as text.

use metricset_model::number::not_finite;

use super::block::Block;
use crate::collect::Number;

/// Writes the value of a sample.
#[inline(always)]
fn value(out: &mut Block, value: Number) {
    match value {
        Number::U64(value) => out.push_integer(value),
        Number::I64(value) => {
            if value < 0 {
                out.push(b"-");
            }
            out.push_integer(value.unsigned_abs());
        }
        Number::F64(value) => out.push(float_text(&mut zmij::Buffer::new(), value).as_bytes()),
    }
}

/// Writes the value of a sample and ends its line.
#[inline(always)]
pub(super) fn line_end(out: &mut Block, value: Number) {
    self::value(out, value);
    out.push(b"\n");
}

/// A float as the shortest text that reads back the same. Out of line, so that the loop over integers stays small.
#[inline(never)]
pub(super) fn float_text(buffer: &mut zmij::Buffer, value: f64) -> &str {
    match not_finite(value) {
        Some(text) => text,
        None => buffer.format_finite(value),
    }
}
