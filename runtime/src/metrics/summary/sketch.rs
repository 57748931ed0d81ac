//! Which range a value falls into, and which quantiles ranges give.
//!
//! This is a DDSketch: the ranges of numbers grow with the numbers, so that the middle of a range is never farther from a value in
//! it than a fixed part of the value. Its counts are kept by the [window](super::window) while it is recorded into, and come
//! here at collection.

/// How far a quantile may be from the observation of its rank, relative to that.
const ACCURACY: f64 = 0.01;
/// The logarithm of what a range's upper bound is to its lower, `(1 + ACCURACY) / (1 - ACCURACY)`: no constant can be computed so.
const WIDTH_LN: f64 = 0.020_000_666_706_669_435;

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

    /// Of a finite value. What is no farther from 0 than the smallest normal number counts as 0.
    #[inline]
    pub(super) fn of(value: f64) -> Self {
        let magnitude = value.abs();
        if magnitude <= f64::MIN_POSITIVE {
            return Self(0);
        }
        let key = ((magnitude.ln() / WIDTH_LN).floor() as i32 + OFFSET).unsigned_abs();
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
        self.rank().abs_diff(other.rank())
    }

    /// Smaller for smaller values.
    fn rank(self) -> i32 {
        match self.0 {
            key @ ..NEGATIVE => key.cast_signed(),
            key => -(key - NEGATIVE).cast_signed(),
        }
    }

    /// A value in the middle of the range.
    fn value(self) -> f64 {
        let of_key = |key: u32| {
            let lower = (f64::from(key.cast_signed() - OFFSET) * WIDTH_LN).exp();
            (lower * (1.0 + ACCURACY)).clamp(f64::MIN_POSITIVE * 2.0, f64::MAX)
        };
        match self.0 {
            0 => 0.0,
            key @ ..NEGATIVE => of_key(key),
            key => -of_key(key - NEGATIVE),
        }
    }
}

/// Ranges with their counts, in the order of their values.
#[derive(Default)]
pub(super) struct Sketch(Vec<(Range, u64)>);

impl Sketch {
    pub(super) fn add(&mut self, range: Range, count: u64) {
        match self
            .0
            .binary_search_by_key(&range.rank(), |(range, _)| range.rank())
        {
            Ok(at) => self.0[at].1 += count,
            Err(at) => self.0.insert(at, (range, count)),
        }
    }

    pub(super) fn observations(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// The value at a quantile between 0 and 1; `None` without observations.
    pub(super) fn quantile(&self, quantile: f64) -> Option<f64> {
        let before = (quantile * self.observations().saturating_sub(1) as f64) as u64;
        let mut seen = 0;
        let (range, _) = self.0.iter().find(|(_, count)| {
            seen += count;
            seen > before
        })?;
        Some(range.value())
    }
}

#[cfg(test)]
mod tests {
    use super::{ACCURACY, Range, Sketch, WIDTH_LN};

    #[test]
    fn the_width_is_that_of_the_accuracy() {
        assert_eq!(WIDTH_LN, ((1.0 + ACCURACY) / (1.0 - ACCURACY)).ln());
    }

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
        let mut sketch = Sketch::default();
        let (near, far) = (1e-300, f64::MAX);
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
