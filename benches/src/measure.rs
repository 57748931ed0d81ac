//! The clock around a question.
//!
//! Machines drift: clocks change speed, neighbours come and go. So contenders take turns in short runs, runs in which a
//! thread had to wait for a core are repeated, and a number is the median of a contender's runs. What holds from day to day
//! are ratios between contenders of one run.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::contender::{Contender, Repeat, Scrape};
use crate::families::COUNTERS;
use crate::results::Role;
use crate::waiting::Waiting;

/// How long one run of a contender is.
const RUN: Duration = Duration::from_millis(6);
/// How long the operations are that a thread makes between two looks at the clock.
const BATCH: Duration = Duration::from_micros(20);
/// Bytes that no processor has caches for.
const MORE_THAN_CACHES: usize = 256 << 20;
/// How much of a run its threads may have waited for a core.
const DISTURBED: f64 = 0.01;
/// After so many times the wanted rounds, the least disturbed ones have to do.
const TRIES: usize = 5;
/// Rounds that we have in each turn: a few hundredths more or less show only then.
const OUR_ROUNDS: usize = 10;

/// How the operations of a run are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    OneThread,
    /// On the same metric.
    TwoThreads,
    /// And a second that scrapes without pause: a core for each.
    OneThreadAndScraper,
    /// And a second that scrapes [`MORE_SERIES`] besides, as the registry of a program holds more than what is recorded at the moment.
    OneThreadAndScraperOfMore,
    /// And a third that scrapes without pause. Two cores cannot run three threads, so this counts the CPU time of the two:
    /// waiting for a lock that the scrape holds is not in it.
    TwoThreadsAndScraper,
}

impl Load {
    pub const ALL: [Self; 5] = [
        Self::OneThread,
        Self::TwoThreads,
        Self::OneThreadAndScraper,
        Self::OneThreadAndScraperOfMore,
        Self::TwoThreadsAndScraper,
    ];
}

/// Counters with two open labels.
const MORE_SERIES: usize = 10_000;

/// What each library exposes of them, by its name.
fn more_series() -> &'static HashMap<&'static str, Scrape> {
    static MORE: OnceLock<HashMap<&'static str, Scrape>> = OnceLock::new();
    MORE.get_or_init(|| {
        let families = COUNTERS.iter().map(|new| new());
        let filled = families.map(|family| {
            family.fill(0, MORE_SERIES);
            (family.name, family.scrape)
        });
        filled.collect()
    })
}

/// One run.
#[derive(Clone, Copy)]
struct Sample {
    nanos: f64,
    /// The part of the run that a thread waited for a core.
    disturbed: f64,
}

/// A run under each load, one after the other.
struct Round {
    /// First of one thread; none where there is nothing to scrape.
    nanos: [Option<f64>; Load::ALL.len()],
    /// The largest part of a run that a thread waited for a core.
    disturbed: f64,
}

impl Round {
    fn new(contender: &Contender, batch: u64) -> Self {
        let samples = Load::ALL.map(|load| run(contender, batch, load));
        let disturbed = samples.iter().flatten().map(|sample| sample.disturbed);
        Self {
            disturbed: disturbed.fold(0.0, f64::max),
            nanos: samples.map(|sample| Some(sample?.nanos)),
        }
    }
}

/// Nanoseconds for one operation of each contender under each load, `None` where it has nothing to scrape.
///
/// What a scraper takes away is little beside how machines drift. So each load is compared with the one thread of the same round,
/// and its number is the median of these ratios, times what one thread takes.
pub fn recording(contenders: &[Contender], turns: usize) -> Vec<[Option<f64>; Load::ALL.len()]> {
    let batches: Vec<u64> = contenders.iter().map(|one| batch(&one.repeat)).collect();
    let wanted = |contender: &Contender| match contender.role {
        Role::Ours => turns * OUR_ROUNDS,
        Role::Peer | Role::Floor => turns,
    };
    let mut rounds: Vec<Vec<Round>> = contenders.iter().map(|_| Vec::new()).collect();
    for _ in 0..turns * TRIES {
        for ((contender, batch), rounds) in contenders.iter().zip(&batches).zip(&mut rounds) {
            let wanted = wanted(contender);
            for _ in 0..wanted / turns {
                let undisturbed = rounds.iter().filter(|one| one.disturbed <= DISTURBED);
                if undisturbed.count() < wanted {
                    rounds.push(Round::new(contender, *batch));
                }
            }
            // What a library puts off until the next scrape must not pile up.
            if let Some(scrape) = &contender.scrape {
                scrape(&mut |_| ());
            }
        }
    }
    let numbers = contenders.iter().zip(rounds);
    numbers
        .map(|(contender, rounds)| numbers_of(rounds, wanted(contender)))
        .collect()
}

/// Of so many of the rounds, the least disturbed ones.
fn numbers_of(mut rounds: Vec<Round>, wanted: usize) -> [Option<f64>; Load::ALL.len()] {
    rounds.sort_by(|a, b| a.disturbed.total_cmp(&b.disturbed));
    rounds.truncate(wanted);
    let alone = |round: &Round| round.nanos[0];
    let nanos = median(rounds.iter().filter_map(alone).collect());
    std::array::from_fn(|load| {
        let ratio = |round: &Round| Some(round.nanos[load]? / alone(round)?);
        Some(nanos? * median(rounds.iter().filter_map(ratio).collect())?)
    })
}

/// One exposition.
#[derive(Clone, Copy, Debug)]
pub struct Scraped {
    pub nanos: f64,
    pub lines: usize,
    pub bytes: usize,
}

/// Nanoseconds of CPU time for one scrape of each, and how large it is. A scrape waits for nothing but its core, and the
/// large ones take longer than a core stays undisturbed.
pub fn scraping(scrapes: &[&Scrape], runs: usize) -> Vec<Scraped> {
    each_in_turn(scrapes, runs, |scrape| {
        until(RUN, 1, cpu, |_| read(scrape)).nanos
    })
}

/// The same of scrapes that find nothing in the processor's caches, as one does that comes every 15 seconds.
pub fn scraping_cold(scrapes: &[&Scrape], runs: usize) -> Vec<Scraped> {
    let mut others = vec![0_u8; MORE_THAN_CACHES];
    each_in_turn(scrapes, runs, |scrape| {
        others.iter_mut().step_by(64).for_each(|byte| *byte += 1);
        black_box(&others);
        until(Duration::ZERO, 1, cpu, |_| read(scrape)).nanos
    })
}

fn read(scrape: &Scrape) {
    scrape(&mut |bytes| {
        black_box(bytes);
    });
}

fn each_in_turn(
    scrapes: &[&Scrape],
    runs: usize,
    mut run: impl FnMut(&Scrape) -> f64,
) -> Vec<Scraped> {
    let mut nanos = vec![Vec::new(); scrapes.len()];
    for _ in 0..runs {
        for (scrape, nanos) in scrapes.iter().zip(&mut nanos) {
            nanos.push(run(scrape));
        }
    }
    scrapes
        .iter()
        .zip(nanos)
        .map(|(scrape, nanos)| {
            let (mut lines, mut len) = (0, 0);
            scrape(&mut |bytes| {
                lines += bytes.iter().filter(|byte| **byte == b'\n').count();
                len += bytes.len();
            });
            Scraped {
                nanos: median(nanos).unwrap_or(f64::NAN),
                lines,
                bytes: len,
            }
        })
        .collect()
}

/// How many operations a thread makes between two looks at the clock.
fn batch(repeat: &Repeat) -> u64 {
    let mut count = 64;
    loop {
        let start = Instant::now();
        repeat(count);
        if start.elapsed() >= BATCH {
            return count;
        }
        count *= 2;
    }
}

/// One run of all threads of a load: the mean of what they measured.
fn run(contender: &Contender, batch: u64, load: Load) -> Option<Sample> {
    match load {
        Load::OneThread => Some(until(RUN, batch, wall, &contender.repeat)),
        Load::TwoThreads => Some(two_threads(&contender.repeat, batch, wall)),
        Load::OneThreadAndScraper => {
            let scrape = contender.scrape.as_ref()?;
            Some(scraped(&[scrape], || {
                until(RUN, batch, wall, &contender.repeat)
            }))
        }
        Load::OneThreadAndScraperOfMore => {
            let scrapes = [
                contender.scrape.as_ref()?,
                more_series().get(contender.name)?,
            ];
            Some(scraped(&scrapes, || {
                until(RUN, batch, wall, &contender.repeat)
            }))
        }
        Load::TwoThreadsAndScraper => {
            let scrape = contender.scrape.as_ref()?;
            let sample = scraped(&[scrape], || two_threads(&contender.repeat, batch, cpu));
            // Waiting is what three threads on two cores do; the CPU time does not hold it.
            Some(Sample {
                disturbed: 0.0,
                ..sample
            })
        }
    }
}

/// Calls `record` while another thread scrapes without pause.
fn scraped(scrapes: &[&Scrape], record: impl FnOnce() -> Sample) -> Sample {
    let (start, done) = (Barrier::new(2), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut scrapes = scrapes.iter().cycle();
            let mut scrape = || scrapes.next().into_iter().for_each(|scrape| read(scrape));
            scrape();
            start.wait();
            while !done.load(Ordering::Relaxed) {
                scrape();
            }
        });
        start.wait();
        let sample = record();
        done.store(true, Ordering::Relaxed);
        sample
    })
}

fn two_threads(repeat: &Repeat, batch: u64, clock: fn() -> f64) -> Sample {
    let start = Barrier::new(2);
    let record = || {
        // Whatever a thread does once, it does now.
        repeat(1);
        start.wait();
        until(RUN, batch, clock, repeat)
    };
    let (a, b) = thread::scope(|scope| {
        let other = scope.spawn(record);
        let one = scope.spawn(record);
        let join = |thread: thread::ScopedJoinHandle<'_, Sample>| match thread.join() {
            Ok(sample) => sample,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        (join(one), join(other))
    });
    Sample {
        nanos: (a.nanos + b.nanos) / 2.0,
        disturbed: a.disturbed.max(b.disturbed),
    }
}

/// Nanoseconds by `clock` for one operation, over as many as fit into a time.
fn until(time: Duration, batch: u64, clock: fn() -> f64, repeat: impl Fn(u64)) -> Sample {
    let waiting = Waiting::begin();
    let (start, begin, mut count) = (Instant::now(), clock(), 0);
    loop {
        repeat(batch);
        count += batch;
        if start.elapsed() >= time {
            break;
        }
    }
    let nanos = (clock() - begin) / count as f64;
    Sample {
        nanos,
        disturbed: waiting.so_far().div_duration_f64(start.elapsed()),
    }
}

/// Lets the allocator put in order what others gave back, which it does before a large allocation: else who comes next pays for
/// the garbage of whoever was before, four times what its own work takes.
pub fn settle_heap() {
    black_box(Vec::<u8>::with_capacity(1 << 20));
}

/// Nanoseconds of CPU time that the calling thread needs for some work.
pub fn cpu_nanos(work: impl FnOnce()) -> f64 {
    let begin = cpu();
    work();
    cpu() - begin
}

fn wall() -> f64 {
    of(ClockId::Monotonic)
}

/// Of the calling thread.
fn cpu() -> f64 {
    of(ClockId::ThreadCPUTime)
}

fn of(clock: ClockId) -> f64 {
    let now = clock_gettime(clock);
    now.tv_sec as f64 * 1e9 + now.tv_nsec as f64
}

/// `None` of nothing.
pub fn median(mut samples: Vec<f64>) -> Option<f64> {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied()
}
