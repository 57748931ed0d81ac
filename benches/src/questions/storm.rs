//! How long a thread that updates existing series is held up while two others create 100,000 new ones.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::families::{COUNTERS, Family};
use crate::labels::shard;
use crate::measure::median;
use crate::results::{Answer, Question, Role};
use crate::waiting::Waiting;

/// Of the two labels.
type Values = (String, String);

const NEW: usize = 100_000;
const CREATORS: usize = 2;
const EXISTING: usize = 1_000;
const RUNS: usize = 15;
/// What takes longer is looked at; asking the kernel about each update would take longer than the update.
const SLOW: Duration = Duration::from_micros(5);

pub fn ask() -> Question {
    let mut answers = Vec::new();
    for new in COUNTERS {
        let family = new();
        let stall_of = |update: fn(&Family, &Values)| {
            let stalls = (0..RUNS).map(|_| stall(&new(), update).as_secs_f64() * 1e6);
            vec![median(stalls.collect())]
        };
        let looked_up = stall_of(|family, (tenant, shard)| (family.update)(tenant, shard, 1));
        answers.push(Answer::new(family.name, family.role, looked_up));
        if family.role == Role::Ours {
            // What three threads on two cores do to each other, and others on the machine to them.
            let not_looked_up = stall_of(|_, labels| _ = black_box(labels));
            answers.push(Answer::new("only the clock", Role::Floor, not_looked_up));
        }
    }
    Question::new(
        "storm",
        "longest wait of a reader while 2 threads create 100,000 series",
        "µs",
        &["longest update"],
        answers,
    )
}

/// The longest update, without the time that the thread waited for a core: here are three threads on what may be two.
fn stall(family: &Family, update: fn(&Family, &Values)) -> Duration {
    family.fill(0, EXISTING);
    let existing: Vec<_> = (0..EXISTING).map(shard).collect();
    let new: Vec<_> = (EXISTING..EXISTING + NEW).map(shard).collect();
    let (start, creating) = (Barrier::new(CREATORS + 1), AtomicUsize::new(CREATORS));
    thread::scope(|scope| {
        for part in new.chunks(NEW / CREATORS) {
            let (start, creating) = (&start, &creating);
            scope.spawn(move || {
                start.wait();
                for (tenant, shard) in part {
                    (family.update)(tenant, shard, 1);
                }
                creating.fetch_sub(1, Ordering::Relaxed);
            });
        }
        start.wait();
        let mut longest = Duration::ZERO;
        let mut waiting = Waiting::begin();
        let mut series = existing.iter().cycle();
        while creating.load(Ordering::Relaxed) > 0
            && let Some(labels) = series.next()
        {
            let begin = Instant::now();
            update(family, labels);
            let elapsed = begin.elapsed();
            if elapsed > SLOW {
                longest = longest.max(elapsed.saturating_sub(waiting.so_far()));
                waiting = Waiting::begin();
            }
        }
        longest
    })
}
