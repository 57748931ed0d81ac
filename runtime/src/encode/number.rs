//! Numbers as text.

use std::fmt::{Result, Write};

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

/// The value of an `le` label. Other programs compare it as text, so each float has one spelling (OpenMetrics,
/// "Considerations: Canonical Numbers"): that of Go's `%g`, and `.0` behind whole numbers.
///
/// `0.0001`, `1.0` and `100000.0`, but `1e-05` and `1e+06`.
pub(super) fn canonical(value: f64) -> String {
    if let Some(text) = not_finite(value) {
        return text.to_owned();
    }
    // Shortest digits, always with an exponent: `1e-5`, `1.048576e6`.
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent @ ..-4) => format!("{digits}e-{:02}", exponent.unsigned_abs()),
        Ok(exponent @ 6..) => format!("{digits}e+{exponent:02}"),
        _ => format!("{value:?}"),
    }
}

fn not_finite(value: f64) -> Option<&'static str> {
    if value.is_finite() {
        None
    } else if value.is_nan() {
        Some("NaN")
    } else if value > 0.0 {
        Some("+Inf")
    } else {
        Some("-Inf")
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    /// The examples of the specification, and where Go changes to an exponent.
    #[test]
    fn canonical_floats() {
        for text in [
            "0.0",
            "0.001",
            "0.002",
            "0.01",
            "0.1",
            "0.9",
            "0.95",
            "0.99",
            "0.999",
            "1.0",
            "1.7",
            "10.0",
            "1e-10",
            "1e-09",
            "1e-05",
            "0.0001",
            "100000.0",
            "1e+06",
            "1e+10",
            "-0.5",
            "-1e+06",
            "-1e-05",
            "999999.5",
            "1.048576e+06",
            "1e+100",
            "5e-324",
            "+Inf",
            "-Inf",
        ] {
            let value: f64 = text.parse().unwrap();
            assert_eq!(canonical(value), text);
        }
    }
}
