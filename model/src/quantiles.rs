//! The quantiles of a summary, and the window that they are computed over.

use core::time::Duration;

/// How far back a summary looks that does not say `max_age`.
pub const DEFAULT_MAX_AGE: Duration = Duration::from_secs(600);

/// In how many steps the window of a summary moves that does not say `age_buckets`.
pub const DEFAULT_AGE_BUCKETS: u32 = 5;

/// The shortest window.
pub const MIN_MAX_AGE: Duration = Duration::from_secs(1);

/// The most steps: each takes memory in every series.
pub const MAX_AGE_BUCKETS: u32 = 60;

/// What is wrong with quantiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QuantileError {
    /// No quantile at all: sum and count alone are no summary.
    Empty,
    /// Below 0, above 1, -0 or NaN.
    OutOfRange {
        /// Which quantile, from 0.
        at: usize,
    },
    /// Not greater than the one before it.
    NotIncreasing {
        /// Which quantile, from 0.
        at: usize,
    },
}

impl QuantileError {
    /// The rule that was broken.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Empty => "quantiles must not be empty: write at least one",
            Self::OutOfRange { .. } => {
                "quantiles are between 0 and 1: write `0.99` for the 99th percentile"
            }
            Self::NotIncreasing { .. } => {
                "quantiles must be strictly increasing: sort them and remove repeated ones"
            }
        }
    }
}

impl core::fmt::Display for QuantileError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.rule())
    }
}

impl core::error::Error for QuantileError {}

/// Checks that quantiles are between 0 and 1 and strictly increasing.
///
/// # Errors
/// The first rule that is broken, with the quantile's place.
///
/// ```
/// use metricset_model::quantiles::{check, QuantileError};
/// assert_eq!(check(&[0.0, 0.5, 1.0]), Ok(()));
/// assert_eq!(check(&[0.5, 99.0]), Err(QuantileError::OutOfRange { at: 1 }));
/// ```
pub const fn check(quantiles: &[f64]) -> Result<(), QuantileError> {
    if quantiles.is_empty() {
        return Err(QuantileError::Empty);
    }
    let mut i = 0;
    while i < quantiles.len() {
        let quantile = quantiles[i];
        // -0 has a spelling of its own, and is not a second 0.
        if quantile.is_nan() || quantile.is_sign_negative() || quantile > 1.0 {
            return Err(QuantileError::OutOfRange { at: i });
        }
        if i > 0 && quantiles[i] <= quantiles[i - 1] {
            return Err(QuantileError::NotIncreasing { at: i });
        }
        i += 1;
    }
    Ok(())
}
