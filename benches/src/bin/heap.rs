//! Counts allocations, on the thread that works. Prints JSON for `bench`.

use std::hint::black_box;
use std::io;

use allocation_counter::measure;
use metricset_benches::families::{COUNTERS, Family, HISTOGRAMS};
use metricset_benches::heap::Heap;
use metricset_benches::questions::{RECORDING, scrape};
use metricset_benches::results::{Answer, Question, Role};

fn main() -> io::Result<()> {
    let heap = Heap {
        allocations: RECORDING
            .iter()
            .map(|question| {
                let contenders = (question.contenders)();
                let counts = contenders.iter().map(|one| allocations(&one.repeat));
                (question.name.to_owned(), counts.collect())
            })
            .collect(),
        questions: vec![
            series(
                "heap-counter",
                "heap of a further counter, two open labels of 12 bytes",
                COUNTERS,
            ),
            series(
                "heap-histogram",
                "heap of a further histogram of 12 bounds",
                HISTOGRAMS,
            ),
            scrapes(),
        ],
    };
    serde_json::to_writer(io::stdout(), &heap)?;
    Ok(())
}

/// Of one operation, once every series exists.
fn allocations(repeat: &dyn Fn(u64)) -> f64 {
    const COUNT: u64 = 4_096;
    repeat(COUNT);
    measure(|| repeat(COUNT)).count_total as f64 / COUNT as f64
}

/// Bytes that stay allocated for one more series. Tables double now and then, so this is the mean over growing from `n` to `2n`
/// series for several `n` in one octave.
fn series(name: &str, title: &str, families: &[fn() -> Family]) -> Question {
    const STEPS: u32 = 16;
    let answers = families.iter().map(|new| {
        let bytes: Vec<f64> = (0..STEPS)
            .map(|step| {
                let family = new();
                let n = (4_000.0 * 2_f64.powf(f64::from(step) / f64::from(STEPS))) as usize;
                family.fill(0, n);
                measure(|| family.fill(n, 2 * n)).bytes_current as f64 / n as f64
            })
            .collect();
        let mean = bytes.iter().sum::<f64>() / f64::from(STEPS);
        let most = bytes.into_iter().fold(mean, f64::max);
        let family = new();
        Answer::new(family.name, family.role, vec![Some(mean), Some(most)])
    });
    Question::new(name, title, "bytes", &["mean", "most"], answers.collect())
}

/// The second scrape of a registry, 100 and 10,000 series: how often it allocates, and how much it holds at most when its
/// output goes away as it is written.
fn scrapes() -> Question {
    let small = scrape::open(100);
    let large = scrape::open(10_000);
    let answers = small
        .iter()
        .zip(&large)
        .filter(|(one, _)| one.role != Role::Floor)
        .map(|(small, large)| {
            let numbers = [small, large].map(|one| {
                (one.scrape)(&mut |_| ());
                Some(
                    measure(|| {
                        (one.scrape)(&mut |bytes| {
                            black_box(bytes);
                        })
                    })
                    .count_total as f64,
                )
            });
            Answer::new(small.name, small.role, numbers.to_vec())
        });
    Question::new(
        "scrape-allocations",
        "allocations of a repeated scrape",
        "allocations",
        &["100 series", "10,000 series"],
        answers.collect(),
    )
}
