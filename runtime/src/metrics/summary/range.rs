//! Which range a value falls into, and which value a range stands for: the crate `sketches-ddsketch`.
//!
//! Its sketch grows while it is added to and forgets nothing, so the recording path has [another](super::window), which takes from
//! the crate what makes it a DDSketch: the ranges, each 2% wide.

use std::sync::LazyLock;

use sketches_ddsketch::Config;

/// How far a quantile may be from the observation of its rank, relative to that.
const ACCURACY: f64 = 0.01;

static CONFIG: LazyLock<Config> =
    // No bins, which are in the window's cells. What is closer to 0 than any normal number counts as 0.
    LazyLock::new(|| Config::new(ACCURACY, 0, f64::MIN_POSITIVE));

/// A range of values as a number, of the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range(u32);

/// Makes the key of the smallest number positive.
const OFFSET: i32 = 1 << 16;
/// Positive ranges lie above it, negative ones below.
const ZERO: u32 = 1 << (Range::BITS - 1);

impl Range {
    /// How many bits a range takes.
    pub(super) const BITS: u32 = 18;

    /// Of a finite value.
    #[inline]
    pub(super) fn of(value: f64) -> Self {
        let magnitude = value.abs();
        if magnitude <= CONFIG.min_possible() {
            return Self(ZERO);
        }
        let key = (CONFIG.key(magnitude) + OFFSET).unsigned_abs();
        Self(if value < 0.0 { ZERO - key } else { ZERO + key })
    }

    pub(super) fn from_bits(bits: u64) -> Self {
        Self(bits as u32)
    }

    pub(super) fn to_bits(self) -> u64 {
        u64::from(self.0)
    }

    /// How many ranges apart the two are.
    pub(super) fn distance(self, other: Self) -> u32 {
        self.0.abs_diff(other.0)
    }

    /// A value in the middle of the range.
    pub(super) fn value(self) -> f64 {
        let of_key = |key: u32| {
            let value = CONFIG.value(key.cast_signed() - OFFSET);
            value.clamp(f64::MIN_POSITIVE * 2.0, f64::MAX)
        };
        match self.0 {
            ZERO => 0.0,
            below @ ..ZERO => -of_key(ZERO - below),
            above => of_key(above - ZERO),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ACCURACY, Range};

    #[test]
    fn every_finite_value_is_within_the_accuracy_of_the_middle_of_its_range() {
        let mut magnitude = f64::MIN_POSITIVE * 1.5;
        while magnitude.is_finite() {
            for value in [magnitude, -magnitude] {
                let range = Range::of(value);
                assert!(range.to_bits() < 1 << Range::BITS);
                let error = (range.value() - value).abs() / magnitude;
                // At the smallest numbers a few bits are all there is.
                assert!(
                    error <= ACCURACY * 1.000_001 || magnitude < 1e-306,
                    "{value}: {error}"
                );
            }
            magnitude *= if cfg!(miri) { 1e9 } else { 1.37 };
        }
        for value in [f64::MAX, f64::MIN] {
            let error = (Range::of(value).value() / value - 1.0).abs();
            assert!(error <= ACCURACY * 1.000_001, "{value}: {error}");
        }
        for value in [0.0, -0.0, f64::MIN_POSITIVE / 2.0, -5e-324] {
            assert_eq!(Range::of(value).value(), 0.0);
        }
    }

    #[test]
    fn ranges_are_ordered_as_their_values_are() {
        let values = [
            f64::MIN,
            -1e9,
            -1.03,
            -1.0,
            -1e-300,
            0.0,
            1e-300,
            1.0,
            1.03,
            1e9,
            f64::MAX,
        ];
        let ranges = values.map(|value| Range::of(value).to_bits());
        assert!(ranges.is_sorted_by(|a, b| a < b), "{ranges:?}");
        assert_eq!(Range::of(1.01).distance(Range::of(1.05)), 2);
    }
}
