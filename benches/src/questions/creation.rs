//! A new series: the first update of a family with two open labels of 12 bytes.

use crate::families::COUNTERS;
use crate::labels::shard;
use crate::measure::{cpu_nanos, median, settle_heap};
use crate::results::{Answer, Question};

/// From an empty family to this many series, so that growing is in the number.
const SERIES: usize = 20_000;
const RUNS: usize = 25;

pub fn ask() -> Question {
    let labels: Vec<_> = (0..SERIES).map(shard).collect();
    let mut samples = vec![Vec::new(); COUNTERS.len()];
    for _ in 0..RUNS {
        for (new, samples) in COUNTERS.iter().zip(&mut samples) {
            settle_heap();
            let family = new();
            let nanos = cpu_nanos(|| {
                for (tenant, shard) in &labels {
                    (family.update)(tenant, shard, 1);
                }
            });
            samples.push(nanos / SERIES as f64);
        }
    }
    let answers = COUNTERS.iter().zip(samples).map(|(new, samples)| {
        let family = new();
        Answer::new(family.name, family.role, vec![median(samples)])
    });
    Question::new(
        "creation",
        "new series, two open labels of 12 bytes",
        "ns",
        &["1 thread"],
        answers.collect(),
    )
}
