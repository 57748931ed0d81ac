//! Which range a value falls into, and which quantiles ranges give: the crate `sketches-ddsketch`.
//!
//! Its own store of counts grows while it is added to, so the recording path has [another](super::window) and takes from the
//! crate what makes it a DDSketch: the ranges, each 2% wide, and at collection the sketch itself.

use std::sync::LazyLock;

use sketches_ddsketch::{Config, DDSketch};

/// How far a quantile may be from the observation of its rank, relative to that.
const ACCURACY: f64 = 0.01;
/// As many ranges as all values take, so that the sketch never merges any.
const MAX_RANGES: u32 = 1 << 16;

static CONFIG: LazyLock<Config> =
    // What is closer to 0 than any normal number counts as 0.
    LazyLock::new(|| Config::new(ACCURACY, MAX_RANGES, f64::MIN_POSITIVE));

/// A range of values as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range(u32);

/// Makes the key of the smallest number positive.
const OFFSET: i32 = 1 << 16;
/// Negative ranges lie behind the positive ones.
const NEGATIVE: u32 = 1 << 17;

impl Range {
    /// How many bits a range takes.
    pub(super) const BITS: u32 = 18;

    /// Of a finite value.
    #[inline]
    pub(super) fn of(value: f64) -> Self {
        let magnitude = value.abs();
        if magnitude <= CONFIG.min_possible() {
            return Self(0);
        }
        let key = (CONFIG.key(magnitude) + OFFSET).unsigned_abs();
        Self(if value < 0.0 { NEGATIVE + key } else { key })
    }

    pub(super) fn from_bits(bits: u64) -> Self {
        Self(bits as u32)
    }

    pub(super) fn to_bits(self) -> u64 {
        u64::from(self.0)
    }

    /// How many ranges apart the two are.
    pub(super) fn distance(self, other: Self) -> u32 {
        let signed = |range: Self| match range.0 {
            key @ ..NEGATIVE => key.cast_signed(),
            key => -(key - NEGATIVE).cast_signed(),
        };
        signed(self).abs_diff(signed(other))
    }

    /// A value in the middle of the range.
    fn value(self) -> f64 {
        let of_key = |key: u32| {
            let value = CONFIG.value(key.cast_signed() - OFFSET);
            value.clamp(f64::MIN_POSITIVE * 2.0, f64::MAX)
        };
        match self.0 {
            0 => 0.0,
            key @ ..NEGATIVE => of_key(key),
            key => -of_key(key - NEGATIVE),
        }
    }
}

/// Observations by their ranges.
pub(super) struct Sketch(DDSketch);

impl Sketch {
    pub(super) fn new() -> Self {
        Self(DDSketch::new(*CONFIG))
    }

    pub(super) fn add(&mut self, range: Range, count: u64) {
        self.0.add_with_count(range.value(), count);
    }

    #[cfg(test)]
    pub(super) fn observations(&self) -> u64 {
        self.0.count() as u64
    }

    /// The value at a quantile between 0 and 1; `None` without observations.
    pub(super) fn quantile(&self, quantile: f64) -> Option<f64> {
        self.0.quantile(quantile).ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::{ACCURACY, Range, Sketch};

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
    fn a_sketch_takes_every_range_at_once() {
        let mut sketch = Sketch::new();
        // Every range between the values is a count to go through.
        let (near, far) = if cfg!(miri) {
            (0.1, 10.0)
        } else {
            (1e-300, f64::MAX)
        };
        for value in [-far, -1.0, -near, 0.0, near, 1.0, far] {
            sketch.add(Range::of(value), 1);
        }
        assert_eq!(sketch.quantile(0.5), Some(0.0));
        let near = |quantile: f64, value: f64| {
            let found = sketch.quantile(quantile).unwrap();
            assert!(
                (found / value - 1.0).abs() <= ACCURACY * 1.000_001,
                "{found} for {value}"
            );
        };
        near(1.0 / 6.0 + 1e-9, -1.0);
        near(5.0 / 6.0 + 1e-9, 1.0);
    }
}
