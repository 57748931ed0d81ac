use std::collections::{BTreeMap, HashMap};
use std::thread;

use super::Key;
use crate::collect::{FamilyHead, Number, SeriesLabels, Sink, Value};
use crate::metrics::Slot;
use crate::{Counter, Family, LabelSet, MetricSet, OVERFLOW, Registry};

#[derive(LabelSet)]
struct Pair<'a> {
    left: &'a str,
    right: &'a str,
}

const PAIR: Pair<'static> = Pair {
    left: "a",
    right: "b",
};

#[derive(LabelSet)]
struct Solo<'a> {
    only: &'a str,
}

#[derive(LabelSet)]
struct Trio<'a> {
    first: &'a str,
    second: &'a str,
    third: &'a str,
}

/// Metrics of this test.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Metrics {
    /// Anything.
    solos_total: Family<Solo<'static>, Counter>,
    /// Anything.
    trios_total: Family<Trio<'static>, Counter>,
    /// Anything.
    #[metric(max_series = 100_000)]
    pairs_total: Family<Pair<'static>, Counter>,
    /// Three at most.
    #[metric(max_series = 3)]
    few_total: Family<Pair<'static>, Counter>,
}

fn metrics() -> (Registry, Metrics) {
    let registry = Registry::new();
    let metrics = registry.register().unwrap();
    (registry, metrics)
}

/// Miri runs a thousand times slower.
const fn scaled(count: usize) -> usize {
    if cfg!(miri) { count / 300 } else { count }
}

/// What a scrape would serve of the family that ends in `name`.
fn served(registry: &Registry, name: &str) -> BTreeMap<(String, String), u64> {
    let pair = |values: Vec<String>| key(&values[0], &values[1]);
    let found = served_by_values(registry, name).into_iter();
    found.map(|(values, n)| (pair(values), n)).collect()
}

fn served_by_values(registry: &Registry, name: &str) -> BTreeMap<Vec<String>, u64> {
    struct Samples<'a> {
        name: &'a str,
        wanted: bool,
        found: BTreeMap<Vec<String>, u64>,
    }
    impl Sink for Samples<'_> {
        fn family(&mut self, head: &FamilyHead<'_>) {
            self.wanted = head.name == self.name;
        }
        fn series(&mut self, labels: SeriesLabels<'_>, value: Value<'_>) {
            let (true, Value::Counter(Number::U64(n))) = (self.wanted, value) else {
                return;
            };
            let values = labels.values().map(str::to_owned).collect();
            assert!(self.found.insert(values, n).is_none(), "served twice");
        }
    }
    let mut samples = Samples {
        name,
        wanted: false,
        found: BTreeMap::new(),
    };
    registry.collect(&mut samples);
    samples.found
}

fn key(left: &str, right: &str) -> (String, String) {
    (left.to_owned(), right.to_owned())
}

#[test]
fn values_are_told_apart_wherever_they_are_cut() {
    let (registry, metrics) = metrics();
    let text = "aéb\"\n\\ c\u{0}x".repeat(90);
    // What a scrape copies by whole words, and what it does not.
    let short = (0..=80).step_by(if cfg!(miri) { 9 } else { 1 });
    let lengths = short.chain([250, 254, 255, 256, 300]);
    let mut expected = BTreeMap::new();
    for len in lengths {
        for cut in [0, 1, 3, 8, 50, 52, len] {
            let (Some(whole), true) = (text.get(..len), cut <= len) else {
                continue;
            };
            let Some((left, right)) = whole.split_at_checked(cut) else {
                continue;
            };
            metrics.pairs_total.with(Pair { left, right }).inc();
            *expected.entry(key(left, right)).or_insert(0) += 1;
        }
    }
    assert!(expected.len() > if cfg!(miri) { 20 } else { 200 });
    assert_eq!(served(&registry, "pairs_total"), expected);
}

#[test]
fn one_value_or_three_of_any_length_are_told_apart_and_their_memory_is_used_again() {
    let (registry, metrics) = metrics();
    let around = |len: usize| len.saturating_sub(1)..=len + 1;
    let lengths = [0, 8, 15, 64, 128, 248, 255, 2_030];
    let lengths = lengths.into_iter().flat_map(around);
    let lengths: Vec<usize> = lengths.step_by(if cfg!(miri) { 5 } else { 1 }).collect();
    for wave in 0..3 {
        let mut expected = [BTreeMap::new(), BTreeMap::new()];
        // Some lengths more often than others, so that records of one form become those of another wave.
        for (n, len) in lengths
            .iter()
            .cycle()
            .take(lengths.len() * 2 + wave)
            .enumerate()
        {
            let third = format!("{wave}");
            let only = format!("{n}{}", "x".repeat(*len));
            let (first, second) = only.split_at(len % (n + 1) % (only.len() + 1));
            metrics.solos_total.with(Solo { only: &only }).inc();
            let trio = || Trio {
                first,
                second,
                third: &third,
            };
            metrics.trios_total.with(trio()).inc();
            let values = [first, second, &third].map(str::to_owned);
            *expected[0].entry(vec![only.clone()]).or_insert(0) += 1;
            *expected[1].entry(values.to_vec()).or_insert(0) += 1;
        }
        let names = ["solos_total", "trios_total"];
        assert_eq!(
            names.map(|name| served_by_values(&registry, name)),
            expected
        );
        metrics.solos_total.clear();
        metrics.trios_total.clear();
        let left = names.map(|name| served_by_values(&registry, name).len());
        assert_eq!(left, [0, 0]);
    }
}

#[test]
fn the_longest_value_is_kept_and_a_longer_one_overflows() {
    let (registry, metrics) = metrics();
    let longest = "x".repeat(crate::MAX_LABEL_LEN);
    let longer = "x".repeat(crate::MAX_LABEL_LEN + 1);
    for left in [&longest, &longer] {
        metrics.pairs_total.with(Pair { left, right: "" }).inc();
    }
    let expected = [(key(&longest, ""), 1), (key(OVERFLOW, OVERFLOW), 1)];
    assert_eq!(served(&registry, "pairs_total"), expected.into());
}

#[test]
fn beyond_the_cap_updates_go_to_one_overflow_series() {
    let (registry, metrics) = metrics();
    for left in ["a", "b", "c", "d", "e", "a"] {
        metrics.few_total.with(Pair { left, right: "" }).inc();
    }
    // Asked for by its name it is the same series, and not a second one with the same labels.
    let (left, right) = (OVERFLOW, OVERFLOW);
    metrics.few_total.with(Pair { left, right }).inc_by(10);
    let served = served(&registry, "few_total");
    assert_eq!(served.len(), 4);
    assert_eq!(
        (served[&key("a", "")], served[&key(OVERFLOW, OVERFLOW)]),
        (2, 12)
    );
}

#[test]
fn only_values_that_all_say_so_ask_for_the_overflow_series() {
    let (_registry, metrics) = metrics();
    let values = [OVERFLOW, "_overflo", "_overflow_", "overflow", ""];
    for only in values {
        metrics.solos_total.with(Solo { only }).inc();
        // Nothing ends the overflow series.
        let ends = metrics.solos_total.remove(Solo { only });
        assert_eq!(ends, only != OVERFLOW, "{only:?}");
    }
    let all = values.iter().flat_map(|first| {
        let others = values.iter();
        others.flat_map(move |second| values.map(|third| [*first, *second, third]))
    });
    for [first, second, third] in all {
        let trio = || Trio {
            first,
            second,
            third,
        };
        metrics.trios_total.with(trio()).inc();
        let ends = metrics.trios_total.remove(trio());
        assert_eq!(ends, [first, second, third] != [OVERFLOW; 3]);
    }
}

#[test]
fn an_ended_series_is_gone_and_its_handles_are_harmless() {
    let (registry, metrics) = metrics();
    let stale = metrics.pairs_total.with(PAIR);
    stale.inc();
    assert!(metrics.pairs_total.remove(PAIR));
    assert!(!metrics.pairs_total.remove(PAIR));
    stale.inc();
    assert_eq!(stale.get(), 0);
    assert!(served(&registry, "pairs_total").is_empty());
    // The next series in the same record starts from zero, and the old handle does not reach it.
    metrics
        .pairs_total
        .with(Pair {
            left: "c",
            right: "d",
        })
        .inc();
    stale.inc_by(100);
    metrics.pairs_total.with(PAIR).inc_by(5);
    let expected = [(key("a", "b"), 5), (key("c", "d"), 1)];
    assert_eq!(served(&registry, "pairs_total"), expected.into());
}

#[test]
fn a_record_that_is_worn_out_is_never_used_again() {
    let (registry, metrics) = metrics();
    let open = &metrics.pairs_total.0.open;
    let find = || {
        let store = open.store.get().unwrap();
        Key::with(&PAIR, |key| open.find(store, key)).unwrap()
    };
    let stale = metrics.pairs_total.with(PAIR);
    stale.inc();
    // As if many series had lived there, of which this is the last but one, and then the last.
    let (first, slot) = find();
    Key::with(&PAIR, |key| slot.rest(key.lengths, Slot::LAST - 6));
    for is_last in [false, true] {
        let (address, _) = find();
        assert!(address == first);
        assert!(metrics.pairs_total.remove(PAIR));
        metrics.pairs_total.with(PAIR).inc();
        assert_eq!(find().0 != first, is_last);
    }
    stale.inc_by(1_000);
    assert_eq!(stale.get(), 0);
    let expected = [(key("a", "b"), 1)];
    assert_eq!(served(&registry, "pairs_total"), expected.into());
}

#[test]
fn a_full_family_takes_new_series_once_others_ended() {
    let (registry, metrics) = metrics();
    for left in ["a", "b", "c"] {
        metrics.few_total.with(Pair { left, right: "" }).inc();
    }
    metrics.few_total.retain(|values| values == ["b", ""]);
    metrics
        .few_total
        .with(Pair {
            left: "d",
            right: "",
        })
        .inc();
    let expected = [(key("b", ""), 1), (key("d", ""), 1)];
    assert_eq!(served(&registry, "few_total"), expected.into());
    metrics.few_total.clear();
    assert!(served(&registry, "few_total").is_empty());
}

#[test]
fn any_sequence_of_updates_and_removals_is_served_as_a_map_would_hold_it() {
    let (registry, metrics) = metrics();
    let mut model: HashMap<(String, String), u64> = HashMap::new();
    // A fixed linear congruential sequence: the same every time, and as good as any here.
    let mut random: u64 = 1;
    for step in 0..scaled(60_000) {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let left = format!("client-{}", (random >> 33) % 700);
        let right = "r".repeat((random >> 50) as usize % 4);
        let pair = || Pair {
            left: &left,
            right: &right,
        };
        // All of the memory that it had is given back, and used again by what follows.
        if step % scaled(9_000) == scaled(9_000) - 1 {
            metrics.pairs_total.clear();
            model.clear();
            assert!(served(&registry, "pairs_total").is_empty());
        }
        if (random >> 60) < 6 {
            let was_there = model.remove(&key(&left, &right)).is_some();
            assert_eq!(metrics.pairs_total.remove(pair()), was_there, "step {step}");
        } else {
            metrics.pairs_total.with(pair()).inc();
            *model.entry(key(&left, &right)).or_insert(0) += 1;
        }
    }
    assert_eq!(
        served(&registry, "pairs_total"),
        model.into_iter().collect()
    );
}

#[test]
fn handles_to_records_that_were_given_back_are_harmless() {
    let (registry, metrics) = metrics();
    let waves = 4;
    let (mut stale, mut expected) = (Vec::new(), BTreeMap::new());
    for wave in 0..waves {
        for i in 0..3_000 / if cfg!(miri) { 20 } else { 1 } {
            // Records of other sizes than those before, and of the same.
            let left = "x".repeat(if i % 50 == 0 {
                250 + i / 50 % 9
            } else {
                (i + wave) % 40
            });
            let right = format!("{i}");
            let pair = || Pair {
                left: &left,
                right: &right,
            };
            let handle = metrics.pairs_total.with(pair());
            handle.inc();
            stale.push(handle);
            if wave == waves - 1 {
                expected.insert(key(&left, &right), 1);
            }
        }
        if wave < waves - 1 {
            metrics.pairs_total.clear();
            assert!(served(&registry, "pairs_total").is_empty());
        }
    }
    stale.truncate(stale.len() - expected.len());
    for handle in stale {
        handle.inc_by(1_000);
        assert_eq!(handle.get(), 0);
    }
    assert_eq!(served(&registry, "pairs_total"), expected);
}

#[test]
fn threads_that_create_and_update_the_same_series_lose_nothing() {
    let (registry, metrics) = metrics();
    let (threads, series, rounds) = (4, scaled(3_000), 3);
    thread::scope(|scope| {
        for offset in 0..threads {
            let pairs_total = metrics.pairs_total;
            scope.spawn(move || {
                for i in 0..series * rounds {
                    let left = format!("client-{}", (i + offset * 17) % series);
                    pairs_total
                        .with(Pair {
                            left: &left,
                            right: "",
                        })
                        .inc();
                }
            });
        }
    });
    let served = served(&registry, "pairs_total");
    assert_eq!(served.len(), series);
    assert!(served.values().all(|n| *n == (threads * rounds) as u64));
}

#[test]
fn memory_is_given_back_while_others_look_up() {
    let (registry, metrics) = metrics();
    let done = std::sync::atomic::AtomicBool::new(false);
    let pairs_total = metrics.pairs_total;
    let resident = || {
        pairs_total.with(Pair {
            left: "resident",
            right: "y",
        })
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            for wave in 0..6 {
                for i in 0..scaled(6_000) {
                    let left = format!("guest-{}", i + wave);
                    pairs_total
                        .with(Pair {
                            left: &left,
                            right: "x",
                        })
                        .inc();
                }
                pairs_total.retain(|values| values[0] == "resident");
                assert!(served(&registry, "pairs_total").len() <= 1);
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        let mut updates = 0;
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            resident().inc();
            updates += 1;
        }
        assert_eq!(resident().get(), updates);
    });
}

#[test]
fn look_ups_while_series_come_and_go_never_find_a_stranger() {
    let (_registry, metrics) = metrics();
    let done = std::sync::atomic::AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for i in 0..scaled(20_000) {
                let left = format!("guest-{:05}", i % 97);
                metrics
                    .pairs_total
                    .with(Pair {
                        left: &left,
                        right: "x",
                    })
                    .inc_by(1_000);
                metrics.pairs_total.remove(Pair {
                    left: &left,
                    right: "x",
                });
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        let mut updates = 0;
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            metrics
                .pairs_total
                .with(Pair {
                    left: "resident",
                    right: "y",
                })
                .inc();
            updates += 1;
        }
        let resident = metrics.pairs_total.with(Pair {
            left: "resident",
            right: "y",
        });
        assert_eq!(resident.get(), updates);
    });
}

#[test]
fn a_series_that_exists_is_found_while_the_family_is_full_and_others_come_and_go() {
    /// As many as a table of 16 takes, so that most who leave have others move up.
    const PLACES: usize = 15;
    #[derive(MetricSet)]
    #[metrics(register = false)]
    struct Crowded {
        /// Nearly full.
        #[metric(max_series = PLACES)]
        crowded_total: Family<Pair<'static>, Counter>,
    }
    fn pair(left: &str) -> Pair<'_> {
        Pair { left, right: "" }
    }
    let registry = Registry::new();
    let Crowded { crowded_total } = registry.register().unwrap();
    let stay: Vec<String> = (1..PLACES).map(|i| format!("stays-{i}")).collect();
    for left in &stay {
        crowded_total.with(pair(left)).inc();
    }
    let (rounds, visits) = (scaled(20_000), scaled(60_000));
    thread::scope(|scope| {
        scope.spawn(|| {
            for left in stay.iter().cycle().take(rounds * stay.len()) {
                crowded_total.with(pair(left)).inc();
            }
        });
        for i in 0..visits {
            let guest = format!("comes-{i}");
            crowded_total.with(pair(&guest)).inc();
            crowded_total.with(pair("has no place")).inc();
            assert!(crowded_total.remove(pair(&guest)));
        }
    });
    let served = served(&registry, "crowded_total");
    for left in &stay {
        assert_eq!(served[&key(left, "")], rounds as u64 + 1);
    }
    assert_eq!(served[&key(OVERFLOW, OVERFLOW)], visits as u64);
}
