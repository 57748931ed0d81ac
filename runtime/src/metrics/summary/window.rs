//! The observations of one series that are young enough, in cells that any number of threads write.
//!
//! # Problem
//! A sketch that grows allocates, and one that is shared is locked. Recording must do neither, nor lose an observation, nor
//! show an old one because nothing has cleared it away.
//!
//! # Idea
//! Each age bucket is an array of cells, used again when it is older than the window. A cell counts one range of values, and
//! holds everything about it in one word: the rotation in which its age bucket is, the range, and how often. So a count goes
//! up by one compare-and-swap, and a cell that holds an older rotation is an empty one. A range lies in the first cell from its
//! own place on that is empty or has it: ranges that are neighbours, as those of most distributions are, do not collide.
//!
//! # Costs
//! Once an age bucket has as many ranges as cells, a further range counts as the nearest of those there are.

use metricset_model::FamilyDescriptor;
use metricset_model::quantiles::DEFAULT_MAX_AGE;

use super::extreme;
use super::range::Range;
use super::tag::{Owner, PAYLOAD, Tag};
use crate::metrics::age_buckets;
use crate::sync::{AtomicU64, Ordering};

/// Ranges of one age bucket.
pub(super) const RANGES: usize = 256;
/// Smallest and greatest value, two cells each.
const EXTREMES: usize = 4;
pub(super) const CELLS_EACH: usize = EXTREMES + RANGES;

const COUNT_BITS: u32 = PAYLOAD - Range::BITS;
const COUNT_MAX: u64 = (1 << COUNT_BITS) - 1;

/// How time is cut into age buckets.
#[derive(Clone, Copy)]
pub(super) struct Window {
    ages: u32,
    nanos_each: u64,
}

impl Window {
    pub(super) const fn of(family: &FamilyDescriptor) -> Self {
        let ages = age_buckets(family);
        let max_age = match family.max_age {
            Some(max_age) => max_age,
            None => DEFAULT_MAX_AGE,
        };
        // Looking a series up does this too, so without the division of 128 bits that `as_nanos` would take.
        let nanos = max_age.as_secs().saturating_mul(1_000_000_000);
        let each = nanos.saturating_add(max_age.subsec_nanos() as u64) / ages as u64;
        Self {
            ages,
            // A window as short as nothing is refused at compile time, where it is declared.
            nanos_each: if each == 0 { 1 } else { each },
        }
    }

    /// Where the age bucket with this number lies, and its rotation.
    #[inline]
    fn place(self, bucket: u64) -> (usize, Tag) {
        let ages = u64::from(self.ages);
        ((bucket % ages) as usize, Tag::of(bucket / ages))
    }

    /// Takes an observation into the cells of all age buckets.
    #[inline]
    pub(super) fn record(self, cells: &[AtomicU64], now: u64, value: f64) {
        let (place, tag) = self.place(now / self.nanos_each);
        let (ages, _) = cells.as_chunks::<CELLS_EACH>();
        if let Some([min, min_low, max, max_low, ranges @ ..]) = ages.get(place) {
            let rank = extreme::rank(value);
            extreme::raise([min, min_low], tag, !rank);
            extreme::raise([max, max_low], tag, rank);
            count(ranges, tag, Range::of(value));
        }
    }

    /// Appends the bits of the value at each quantile of the window that ends now; NaN without observations. The cells were copied
    /// one by one. There is no other memory than `out`, so that a scrape allocates nothing if it is kept.
    pub(super) fn quantiles(self, cells: &[u64], now: u64, quantiles: &[f64], out: &mut Vec<u64>) {
        let start = out.len();
        let extremes = self.read(cells, now, out);
        let end = out.len();
        for quantile in quantiles {
            let value = extremes.and_then(|(min, max)| match *quantile {
                0.0 => Some(min),
                1.0 => Some(max),
                quantile => Some(value_at(quantile, &out[start..end])?.max(min).min(max)),
            });
            out.push(value.unwrap_or(f64::NAN).to_bits());
        }
        out.drain(start..end);
    }

    /// Appends the counts of a window in the order of their ranges, and returns the smallest and the greatest value.
    fn read(self, cells: &[u64], now: u64, counts: &mut Vec<u64>) -> Option<(f64, f64)> {
        let newest = now / self.nanos_each;
        let oldest = (newest + 1).saturating_sub(u64::from(self.ages));
        let (ages, _) = cells.as_chunks::<CELLS_EACH>();
        let start = counts.len();
        let mut extremes: Option<(u64, u64)> = None;
        for bucket in oldest..=newest {
            let (place, tag) = self.place(bucket);
            let Some([min, min_low, max, max_low, ranges @ ..]) = ages.get(place) else {
                continue;
            };
            let min = extreme::read([*min, *min_low], tag);
            let max = extreme::read([*max, *max_low], tag);
            if let (Some(min), Some(max)) = (min, max) {
                // The smallest value is held as the greatest complement.
                let (old_min, old_max) = extremes.unwrap_or((min, max));
                extremes = Some((min.max(old_min), max.max(old_max)));
            }
            counts.extend(ranges.iter().filter_map(|cell| match tag.owner(*cell) {
                Owner::Same(payload) => Some(payload),
                Owner::Nobody | Owner::Later => None,
            }));
        }
        // A payload begins with its range.
        counts[start..].sort_unstable();
        extremes.map(|(min, max)| extreme::values(min, max))
    }
}

/// The value at a quantile between 0 and 1 of counts in the order of their ranges: where a DDSketch finds it.
fn value_at(quantile: f64, counts: &[u64]) -> Option<f64> {
    let count = |payload: &u64| payload & COUNT_MAX;
    let observations: u64 = counts.iter().map(count).sum();
    let rank = (quantile * observations.saturating_sub(1) as f64) as u64;
    let mut before = 0;
    let found = counts.iter().find(|payload| {
        before += count(payload);
        before > rank
    });
    found.map(|payload| range_of(*payload).value())
}

fn range_of(payload: u64) -> Range {
    Range::from_bits(payload >> COUNT_BITS)
}

#[inline]
fn count(cells: &[AtomicU64; RANGES], tag: Tag, range: Range) {
    let home = range.to_bits() as usize % RANGES;
    let (before, from) = cells.split_at(home);
    for cell in from.iter().chain(before) {
        if increment(cell, tag, |held| held == range, Some(range)) {
            return;
        }
    }
    count_near(cells, tag, range);
}

/// Adds one to a cell that holds a range of this rotation that is `wanted`, or nothing and is to hold `new`.
#[inline]
fn increment(
    cell: &AtomicU64,
    tag: Tag,
    wanted: impl Fn(Range) -> bool,
    new: Option<Range>,
) -> bool {
    let mut now = cell.load(Ordering::Relaxed);
    loop {
        let next = match (tag.owner(now), new) {
            (Owner::Same(payload), _)
                if payload & COUNT_MAX < COUNT_MAX && wanted(range_of(payload)) =>
            {
                now + 1
            }
            (Owner::Nobody, Some(new)) => tag.cell(new.to_bits() << COUNT_BITS | 1),
            _ => return false,
        };
        match cell.compare_exchange_weak(now, next, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return true,
            Err(changed) => now = changed,
        }
    }
}

/// Counts a range as the nearest of those that fill all cells.
#[cold]
fn count_near(cells: &[AtomicU64; RANGES], tag: Tag, range: Range) {
    let held = cells
        .iter()
        .filter_map(|cell| match tag.owner(cell.load(Ordering::Relaxed)) {
            Owner::Same(payload) if payload & COUNT_MAX < COUNT_MAX => {
                Some((range.distance(range_of(payload)), cell))
            }
            _ => None,
        });
    // None if this thread was stopped for longer than the window: then its observation is too old to count.
    if let Some((_, cell)) = held.min_by_key(|(distance, _)| *distance) {
        increment(cell, tag, |_| true, None);
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use metricset_model::{FamilyDescriptor, Location, MetricType};

    use super::{CELLS_EACH, COUNT_MAX, Window};
    use crate::sync::{AtomicU64, Ordering};

    const SECOND: u64 = 1_000_000_000;
    /// Three age buckets of ten seconds.
    const WINDOW: Window = {
        let location = Location { file: "", line: 1 };
        let family = FamilyDescriptor::new("x", "x", MetricType::Summary, &[], "", location);
        Window::of(
            &family
                .with_max_age(Duration::from_secs(30))
                .with_age_buckets(3),
        )
    };

    fn cells() -> Vec<AtomicU64> {
        let count = CELLS_EACH * WINDOW.ages as usize;
        (0..count).map(|_| AtomicU64::new(0)).collect()
    }

    /// Cells at a time.
    struct Contents {
        cells: Vec<u64>,
        now: u64,
    }

    impl Contents {
        fn quantile(&self, quantile: f64) -> f64 {
            let mut out = vec![7];
            WINDOW.quantiles(&self.cells, self.now, &[quantile], &mut out);
            let [7, bits] = out[..] else {
                panic!("{out:?}")
            };
            f64::from_bits(bits)
        }

        fn observations(&self) -> u64 {
            let mut counts = Vec::new();
            WINDOW.read(&self.cells, self.now, &mut counts);
            counts.iter().map(|payload| payload & COUNT_MAX).sum()
        }
    }

    fn read(cells: &[AtomicU64], now: u64) -> Contents {
        let cells = cells.iter().map(|cell| cell.load(Ordering::Relaxed));
        let cells = cells.collect();
        Contents { cells, now }
    }

    fn range(contents: &Contents) -> (f64, f64) {
        (contents.quantile(0.0), contents.quantile(1.0))
    }

    #[test]
    fn an_observation_leaves_with_its_age_bucket() {
        let cells = cells();
        for (at, value) in [(0, 5.0), (9, -1.0), (10, 3.0), (25, 2.0)] {
            WINDOW.record(&cells, at * SECOND, value);
        }
        let at = |seconds: u64| range(&read(&cells, seconds * SECOND));
        assert_eq!(at(29), (-1.0, 5.0));
        assert_eq!(at(30), (2.0, 3.0));
        assert_eq!(at(39), (2.0, 3.0));
        assert_eq!(at(40), (2.0, 2.0));
        assert_eq!(at(49), (2.0, 2.0));
        let (min, max) = at(50);
        assert!(min.is_nan() && max.is_nan());
        assert!(read(&cells, 50 * SECOND).quantile(0.5).is_nan());
    }

    #[test]
    fn cells_that_were_left_for_long_hold_nothing() {
        let cells = cells();
        // Beyond those whose numbers repeat too.
        for rotation in [0, 1, 100, 5_000_000, 1 << 28] {
            let now = rotation * 30 * SECOND;
            assert!(read(&cells, now).quantile(0.5).is_nan(), "{rotation}");
            WINDOW.record(&cells, now, 7.5);
            assert_eq!(range(&read(&cells, now)), (7.5, 7.5));
            assert_eq!(read(&cells, now).quantile(0.5), 7.5);
        }
    }

    #[test]
    fn an_observation_that_comes_too_late_counts_nowhere() {
        let cells = cells();
        WINDOW.record(&cells, 60 * SECOND, 1.0);
        WINDOW.record(&cells, 30 * SECOND, 100.0);
        assert_eq!(range(&read(&cells, 60 * SECOND)), (1.0, 1.0));
        assert_eq!(read(&cells, 60 * SECOND).observations(), 1);
    }

    #[test]
    fn quantiles_are_within_one_percent_of_the_observation_of_their_rank() {
        // A fixed linear congruential sequence: the same every time, and as good as any here.
        let mut random: u64 = 1;
        let mut unit = move || {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (random >> 11) as f64 / (1_u64 << 53) as f64
        };
        type Distribution = (&'static str, fn(f64) -> f64);
        let distributions: [Distribution; 6] = [
            ("constant", |_| 0.1),
            ("uniform", |unit| 1.0 + unit * 99.0),
            ("logarithmic", |unit| (unit * 5.0).exp() * 1e-6),
            ("both signs", |unit| {
                (unit * 4.0 - 2.0).exp() * (unit - 0.5).signum()
            }),
            ("whole", |unit| (unit * 10.0).floor()),
            ("large", |unit| (unit + 0.5) * 1e300),
        ];
        for (name, value) in distributions {
            let cells = cells();
            let mut all: Vec<f64> = (0..if cfg!(miri) { 30 } else { 20_000 })
                .map(|_| value(unit()))
                .collect();
            for (at, observed) in all.iter().enumerate() {
                WINDOW.record(&cells, (at as u64 % 30) * SECOND, *observed);
            }
            all.sort_by(f64::total_cmp);
            let contents = read(&cells, 29 * SECOND);
            assert_eq!(contents.observations(), all.len() as u64);
            assert_eq!(range(&contents), (all[0], all[all.len() - 1]), "{name}");
            for percent in (1..100).step_by(if cfg!(miri) { 33 } else { 1 }) {
                let quantile = f64::from(percent) / 100.0;
                let exact = all[(quantile * (all.len() - 1) as f64) as usize];
                let found = contents.quantile(quantile);
                assert!(
                    (found - exact).abs() <= exact.abs() * 0.010_001,
                    "{name}, {percent}%: {found} for {exact}"
                );
            }
        }
    }

    #[test]
    fn more_ranges_than_cells_lose_no_observation() {
        let cells = cells();
        let count = if cfg!(miri) { 260 } else { 1_000 };
        let mut value = 1.0;
        for _ in 0..count {
            value *= 1.03;
            WINDOW.record(&cells, 0, value);
        }
        let contents = read(&cells, 0);
        assert_eq!(contents.observations(), count);
        assert_eq!(range(&contents), (1.03, value));
        // The next age bucket begins with all its cells.
        WINDOW.record(&cells, 10 * SECOND, 0.25);
        assert_eq!(read(&cells, 39 * SECOND).quantile(0.5), 0.25);
    }

    #[test]
    fn threads_lose_no_observation_while_a_rotation_begins() {
        let cells = cells();
        let (threads, rounds, each) = if cfg!(miri) {
            (2, 2, 10)
        } else {
            (4, 200, 500)
        };
        for round in 0..rounds {
            let now = round * 30 * SECOND;
            thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        for step in 0..each {
                            WINDOW.record(&cells, now, 1.0 + (step % 100) as f64);
                        }
                    });
                }
            });
            let contents = read(&cells, now);
            assert_eq!(contents.observations(), threads * each);
            assert_eq!(range(&contents), (1.0, (each as f64).min(100.0)));
        }
    }
}
