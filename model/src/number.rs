//! Floats as the expositions spell them.

/// The value of the label `le` or `quantile`. Other programs compare it as text, so each float has one spelling (OpenMetrics,
/// "Considerations: Canonical Numbers"): that of Go's `%g`, and `.0` behind whole numbers.
///
/// ```
/// use metricset_model::number::canonical;
///
/// let spelt = [0.0001, 1.0, 100_000.0, 1e-5, 1e6, f64::INFINITY].map(canonical);
/// assert_eq!(spelt, ["0.0001", "1.0", "100000.0", "1e-05", "1e+06", "+Inf"]);
/// ```
#[must_use]
pub fn canonical(value: f64) -> String {
    if let Some(text) = not_finite(value) {
        return text.to_owned();
    }
    if value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
        return format!("{value:?}");
    }
    // Shortest digits, always with an exponent: `1e-5`, `1.048576e6`.
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    match exponent.strip_prefix('-') {
        Some(exponent) => format!("{digits}e-{exponent:0>2}"),
        None => format!("{digits}e+{exponent:0>2}"),
    }
}

/// How the expositions spell a float that is not finite; `None` for one that is.
#[must_use]
pub fn not_finite(value: f64) -> Option<&'static str> {
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
            let value: f64 = text.parse().expect("a float");
            assert_eq!(canonical(value), text);
        }
    }
}
