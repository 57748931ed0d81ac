//! Refresh hooks: once for each scrape, and never a mix of two.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use metricset::encode::{Format, encode};
use metricset::{
    Counter, Family, Gauge, Histogram, Info, LabelEnum, LabelSet, MetricSet, Observed, Optional,
    Registry, StateSet, Summary,
};
use metricset_tests::judge::Judge;

use crate::{LONG, patient, samples, skipped};

/// Addresses for clients.
#[derive(MetricSet)]
#[metrics(prefix = "ip_pool", register = false, allow(total_on_non_counter))]
struct Pool {
    /// All.
    total: Gauge,
    /// In use.
    used: Gauge,
    /// Free.
    available: Gauge,
    /// Leases that were ever made.
    leases_total: Observed<Counter>,
}

const SIZE: i64 = 250;

/// A pool that moves.
#[derive(Default)]
struct Addresses {
    used: AtomicI64,
    leases: AtomicU64,
}

impl Addresses {
    fn show(&self, set: &Pool) {
        let used = self.used.load(Ordering::Relaxed);
        set.used.set(used);
        // Gives other threads time to come in between.
        thread::yield_now();
        set.available.set(SIZE - used);
        set.total.set(SIZE);
    }

    fn lease(&self) {
        let next = |used| Some((used + 7) % SIZE);
        let _ = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        self.leases.fetch_add(1, Ordering::Relaxed);
    }
}

/// The value of a series without labels.
fn value(samples: &[String], name: &str) -> i64 {
    let line = samples.iter().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("{name} is not in {samples:?}"))
        .trim()
        .parse()
        .unwrap()
}

#[test]
fn the_parts_of_a_pool_add_up_in_every_scrape() {
    let addresses = Arc::new(Addresses::default());
    let registry = patient();
    let shown = Arc::clone(&addresses);
    let set = registry.set().refresh(move |set| shown.show(set));
    let pool: Pool = set.register().unwrap();
    let counted = Arc::clone(&addresses);
    pool.leases_total
        .read_with(move || counted.leases.load(Ordering::Relaxed));

    let is_over = AtomicBool::new(false);
    let mut seen = BTreeSet::new();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    addresses.lease();
                    thread::yield_now();
                }
            });
        }
        let scrapers = [(); 2]
            .map(|()| scope.spawn(|| -> Vec<_> { (0..200).map(|_| samples(&registry)).collect() }));
        let scraped = scrapers.map(|scraper| scraper.join());
        is_over.store(true, Ordering::Relaxed);
        for scraped in scraped {
            let mut leases_before = 0;
            for samples in scraped.unwrap() {
                let part = |name: &str| value(&samples, &format!("ip_pool_{name}"));
                assert_eq!(part("used") + part("available"), part("total"));
                assert!(part("leases_total") >= leases_before);
                leases_before = part("leases_total");
                seen.insert(part("used"));
            }
        }
    });
    assert!(seen.len() > 1, "the pool never moved");
}

#[test]
fn a_hook_runs_once_for_each_scrape() {
    let registry = patient();
    let set = registry.set();
    let set = set.refresh(|set: &Pool| set.used.inc());
    let pool: Pool = set.register().unwrap();
    for scrape in 1..=5 {
        assert_eq!(value(&samples(&registry), "ip_pool_used"), scrape);
    }
    assert_eq!(registry.size().families, 3);
    assert_eq!(pool.used.get(), 6);
}

#[test]
fn closures_of_the_set_run_behind_its_hook() {
    let stats = Arc::new(Mutex::new(0));
    let registry = patient();
    let refreshed = Arc::clone(&stats);
    let set = registry.set().refresh(move |set: &Pool| {
        let mut stats = refreshed.lock().unwrap();
        *stats += 1;
        set.used.set(*stats as i64);
    });
    let pool: Pool = set.register().unwrap();
    pool.leases_total.read_with(move || *stats.lock().unwrap());
    for scrape in 1..=3 {
        let samples = samples(&registry);
        assert_eq!(value(&samples, "ip_pool_leases_total"), scrape);
        assert_eq!(value(&samples, "ip_pool_used"), scrape);
    }
}

#[test]
fn a_closure_of_the_set_that_panics_takes_nothing_with_it() {
    let registry = patient();
    let set = registry.set().prefix("own_pool");
    let set = set.refresh(|set: &Pool| set.used.set(3));
    let pool: Pool = set.register().unwrap();
    pool.leases_total.read_with(|| panic!("on purpose"));
    let samples = samples(&registry);
    assert_eq!(value(&samples, "own_pool_used"), 3);
    assert_eq!(samples.len(), 3);
    // Counted under the name that the set declares.
    assert_eq!(skipped("families", "ip_pool_leases_total", "panicked"), 1);
}

#[derive(Clone, Copy, LabelEnum)]
enum Direction {
    Inbound,
    Outbound,
}

#[derive(Clone, Copy, LabelEnum)]
enum Mode {
    Open,
    Closed,
}

#[derive(LabelSet)]
struct Moved<'a> {
    direction: Direction,
    peer: &'a str,
}

#[derive(LabelSet)]
struct Way {
    direction: Direction,
}

#[derive(LabelSet)]
struct Build<'a> {
    version: &'a str,
}

/// Inside.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Inside {
    /// Open.
    files_open: Gauge,
}

/// Every type, as the hook leaves it.
#[derive(MetricSet)]
#[metrics(prefix = "all", register = false)]
struct All {
    /// By way.
    ways_total: Family<Way, Counter>,
    /// By peer.
    moved_bytes_total: Family<Moved<'static>, Counter>,
    /// Time.
    #[metric(buckets = [0.1, 1])]
    held_seconds: Family<Way, Histogram>,
    /// Rest.
    #[metric(quantiles = [0, 1])]
    rest_seconds: Summary,
    /// Part.
    fill_ratio: Gauge<f64>,
    /// Version.
    build_info: Info<Build<'static>>,
    /// Mode.
    mode: StateSet<Mode>,
    #[metric(nested, prefix = "inside")]
    inside: Inside,
    #[metric(nested, prefix = "maybe")]
    maybe: Optional<Inside>,
}

fn fill(set: &All) {
    let direction = Direction::Outbound;
    set.ways_total.with(Way { direction }).inc();
    for peer in ["a\"", "b"] {
        let moved = Moved { direction, peer };
        set.moved_bytes_total.with(moved).inc_by(2);
    }
    let direction = Direction::Inbound;
    set.held_seconds.with(Way { direction }).observe(0.5);
    set.rest_seconds.observe(2.5);
    set.fill_ratio.set(0.25);
    set.build_info.set(Build { version: "1.2" });
    set.mode.set(Mode::Closed);
    set.inside.files_open.set(4);
    set.maybe.enable();
    if let Some(maybe) = set.maybe.get() {
        maybe.files_open.set(5);
    }
}

#[test]
fn what_a_hook_fills_is_what_is_recorded_elsewhere() {
    let hooked = patient();
    let _hooked: All = hooked.set().refresh(fill).register().unwrap();
    let plain = patient();
    let set: All = plain.register().unwrap();
    fill(&set);
    let exposition = |registry: &Registry, format| {
        let mut text = String::new();
        encode(registry, format, &mut text);
        text
    };
    let text = exposition(&hooked, Format::PrometheusText);
    // The optional set was off when the scrape began.
    assert!(!text.contains("all_maybe"));
    let mut judge = Judge::start();
    for format in [Format::OpenMetrics, Format::PrometheusText] {
        fill(&set);
        let text = exposition(&hooked, format);
        assert_eq!(text, exposition(&plain, format));
        judge.parse(format, &text);
    }
}

/// Linked.
#[derive(MetricSet)]
#[metrics(prefix = "refresh_linked")]
struct Linked {
    /// Scrapes.
    scrapes: Gauge,
}

#[allow(dead_code, reason = "only the hook writes to it")]
static LINKED: Linked = Linked::global();

#[test]
fn every_registry_of_the_linked_sets_runs_the_hook() {
    let before = Registry::linked().unwrap();
    let registry = Registry::builder()
        .refresh(|set: &Linked| set.scrapes.inc())
        .linked()
        .unwrap();
    let after = Registry::linked().unwrap();
    for registry in [&registry, &before, &after, &registry.clone()] {
        registry.set_refresh_timeout(LONG);
        let before = LINKED.scrapes.get();
        assert!(value(&samples(registry), "refresh_linked_scrapes") > before);
    }
}

#[test]
fn a_hook_for_a_set_that_is_not_linked_is_an_error() {
    let linked = Registry::builder().refresh(|_: &Pool| {}).linked();
    assert!(linked.unwrap_err().to_string().contains("`Pool`"));
}

#[test]
fn a_hook_that_collects_is_left_out_of_its_own_collection() {
    let registry = patient();
    let inner: Arc<OnceLock<Registry>> = Arc::default();
    let found = Arc::new(Mutex::new(Vec::new()));
    let (collected, own) = (Arc::clone(&found), Arc::clone(&inner));
    let set = registry.set().refresh(move |set: &Pool| {
        set.used.set(1);
        if let Some(registry) = own.get() {
            *collected.lock().unwrap() = samples(registry);
        }
    });
    let _pool: Pool = set.register().unwrap();
    let _other: Inside = registry.register().unwrap();
    inner.set(registry.clone()).unwrap();
    assert_eq!(value(&samples(&registry), "ip_pool_used"), 1);
    assert_eq!(*found.lock().unwrap(), ["files_open 0"]);
}
