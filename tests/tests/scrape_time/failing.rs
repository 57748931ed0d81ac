//! Hooks and closures that hang or panic, and scrapes that do not care.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use metricset::{Counter, Gauge, MetricSet, Observed, REFRESH_TIMEOUT, Registry};
use metricset_tests::poll::eventually;

use crate::{patient, samples, skipped};

/// Long enough for a call that does not hang, on a machine that is busy.
const SHORT: Duration = Duration::from_millis(500);

/// Holds up who comes to it while it is closed.
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    arrivals: AtomicU64,
}

impl Gate {
    fn closed() -> Arc<Self> {
        Arc::new(Self {
            open: Mutex::new(false),
            opened: Condvar::new(),
            arrivals: AtomicU64::new(0),
        })
    }

    fn pass(&self) {
        self.arrivals.fetch_add(1, Ordering::Relaxed);
        let open = self.open.lock().unwrap();
        drop(self.opened.wait_while(open, |open| !*open).unwrap());
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

/// Hangs.
#[derive(MetricSet)]
#[metrics(prefix = "hanging", register = false)]
struct Hanging {
    /// Never in time.
    stuck: Observed<Gauge>,
    /// Behind it.
    well: Observed<Gauge>,
    /// Recorded.
    events_total: Counter,
}

#[test]
fn a_closure_that_hangs_is_left_out_until_it_returns() {
    let registry = Registry::new();
    registry.set_refresh_timeout(SHORT);
    let set: Hanging = registry.register().unwrap();
    let gate = Gate::closed();
    let hung = Arc::clone(&gate);
    set.stuck.read_with(move || {
        hung.pass();
        7
    });
    set.well.read_with(|| 2);
    set.events_total.inc();
    let rest = ["hanging_events_total 1", "hanging_well 2"];

    assert_eq!(samples(&registry), rest);
    assert_eq!(skipped("families", "hanging_stuck", "timeout"), 1);
    for _ in 0..10 {
        assert_eq!(samples(&registry), rest);
    }
    // Nobody waited for it again, and no more threads hang.
    assert_eq!(skipped("families", "hanging_stuck", "still_running"), 10);
    assert_eq!(skipped("families", "hanging_stuck", "timeout"), 1);
    assert_eq!(gate.arrivals.load(Ordering::Relaxed), 1);

    gate.open();
    eventually("the closure is asked again", || {
        let samples = samples(&registry);
        match samples.contains(&"hanging_stuck 7".to_owned()) {
            true => Ok(()),
            false => Err(samples.join("\n")),
        }
    });
    assert_eq!(skipped("families", "hanging_well", "timeout"), 0);
}

#[test]
fn what_is_late_is_not_served_by_a_later_scrape() {
    let registry = Registry::new();
    registry.set_refresh_timeout(SHORT);
    let set: Hanging = registry.set().prefix("late").register().unwrap();
    let (gate, call) = (Gate::closed(), AtomicU64::new(0));
    let hung = Arc::clone(&gate);
    set.stuck.read_with(move || {
        let call = call.fetch_add(1, Ordering::Relaxed);
        if call == 0 {
            hung.pass();
        }
        call as i64
    });
    assert_eq!(samples(&registry), ["late_events_total 0"]);
    gate.open();
    let first = eventually("the closure is asked again", || {
        let samples = samples(&registry);
        samples.get(1).cloned().ok_or_else(|| samples.join("\n"))
    });
    assert_eq!(first, "late_stuck 1");
}

/// Hangs as a whole.
#[derive(MetricSet)]
#[metrics(prefix = "hooked", register = false)]
struct Hooked {
    /// One.
    first: Gauge,
    /// Two.
    second: Gauge,
}

#[test]
fn a_hook_that_hangs_takes_its_set_with_it_until_it_returns() {
    let registry = Registry::new();
    registry.set_refresh_timeout(SHORT);
    let _well: Hanging = registry.set().prefix("beside").register().unwrap();
    let gate = Gate::closed();
    let hung = Arc::clone(&gate);
    let set = registry.set().refresh(move |set: &Hooked| {
        hung.pass();
        set.first.set(1);
        set.second.set(2);
    });
    let _hooked: Hooked = set.register().unwrap();

    for _ in 0..3 {
        assert_eq!(samples(&registry), ["beside_events_total 0"]);
    }
    for family in ["hooked_first", "hooked_second"] {
        assert_eq!(skipped("families", family, "timeout"), 1);
        assert_eq!(skipped("families", family, "still_running"), 2);
    }
    assert_eq!(gate.arrivals.load(Ordering::Relaxed), 1);
    gate.open();
    eventually("the set is back", || {
        let samples = samples(&registry);
        match samples[1..] == ["hooked_first 1", "hooked_second 2"] {
            true => Ok(()),
            false => Err(samples.join("\n")),
        }
    });
}

/// Many that hang.
#[derive(MetricSet)]
#[metrics(prefix = "many", register = false)]
struct Many {
    /// One.
    a: Observed<Gauge>,
    /// Two.
    b: Observed<Gauge>,
    /// Three.
    c: Observed<Gauge>,
    /// Behind them.
    well: Observed<Gauge>,
}

#[test]
fn one_timeout_is_for_all_of_them() {
    let registry = Registry::new();
    registry.set_refresh_timeout(SHORT);
    let set: Many = registry.register().unwrap();
    let gate = Gate::closed();
    for metric in [set.a, set.b, set.c] {
        let hung = Arc::clone(&gate);
        metric.read_with(move || {
            hung.pass();
            1
        });
    }
    set.well.read_with(|| 4);
    assert_eq!(samples(&registry), ["many_well 4"]);
    // All of them were asked in the same scrape, each on a thread of its own.
    assert_eq!(gate.arrivals.load(Ordering::Relaxed), 3);
    gate.open();
}

/// Panics.
#[derive(MetricSet)]
#[metrics(prefix = "panicking", register = false)]
struct Panicking {
    /// One.
    sometimes: Observed<Gauge>,
    /// Two.
    always: Observed<Gauge>,
    /// Three.
    never: Observed<Gauge>,
}

#[test]
fn a_closure_that_panics_is_left_out_and_asked_again() {
    let registry = patient();
    let set: Panicking = registry.register().unwrap();
    let panics = Arc::new(AtomicBool::new(true));
    let now = Arc::clone(&panics);
    set.sometimes
        .read_with(move || match now.load(Ordering::Relaxed) {
            true => panic!("on purpose"),
            false => 3,
        });
    set.always.read_with(|| panic!("on purpose"));
    set.never.read_with(|| 5);
    for _ in 0..3 {
        assert_eq!(samples(&registry), ["panicking_never 5"]);
    }
    assert_eq!(skipped("families", "panicking_sometimes", "panicked"), 3);
    panics.store(false, Ordering::Relaxed);
    let expected = ["panicking_never 5", "panicking_sometimes 3"];
    assert_eq!(samples(&registry), expected);
    assert_eq!(skipped("families", "panicking_sometimes", "panicked"), 3);
    assert_eq!(skipped("families", "panicking_always", "panicked"), 4);
}

/// Panics as a whole.
#[derive(MetricSet)]
#[metrics(prefix = "panicking_hook", register = false)]
struct PanickingHook {
    /// One.
    value: Gauge,
}

#[test]
fn a_hook_that_panics_poisons_nothing() {
    let registry = patient();
    let set = registry.set().refresh(|set: &PanickingHook| {
        set.value.inc();
        assert_eq!(set.value.get() % 2, 0, "every other time");
    });
    let _set: PanickingHook = set.register().unwrap();
    assert_eq!(samples(&registry), Vec::<String>::new());
    assert_eq!(samples(&registry), ["panicking_hook_value 2"]);
    assert_eq!(samples(&registry), Vec::<String>::new());
    assert_eq!(samples(&registry), ["panicking_hook_value 4"]);
    assert_eq!(skipped("families", "panicking_hook_value", "panicked"), 2);
}

/// Waits a little.
#[derive(MetricSet)]
#[metrics(prefix = "slow", register = false)]
struct Slow {
    /// One.
    value: Observed<Gauge>,
}

#[test]
fn a_closure_that_is_only_slow_is_waited_for() {
    let registry = Registry::new();
    registry.set_refresh_timeout(Duration::MAX);
    let set: Slow = registry.register().unwrap();
    let gate = Gate::closed();
    let held = Arc::clone(&gate);
    set.value.read_with(move || {
        held.pass();
        1
    });
    let scrapes = std::thread::scope(|scope| {
        let scrapes = [(); 2].map(|()| scope.spawn(|| samples(&registry)));
        eventually("the closure is called", || {
            match gate.arrivals.load(Ordering::Relaxed) {
                0 => Err("not yet".to_owned()),
                _ => Ok(()),
            }
        });
        gate.open();
        scrapes.map(|scrape| scrape.join().unwrap())
    });
    assert_eq!(scrapes, [["slow_value 1"], ["slow_value 1"]]);
}

#[test]
fn the_timeout_is_a_second_unless_it_is_set() {
    let registry = Registry::new();
    let set: Slow = registry.set().prefix("default_timeout").register().unwrap();
    let gate = Gate::closed();
    let hung = Arc::clone(&gate);
    set.value.read_with(move || {
        hung.pass();
        1
    });
    let start = Instant::now();
    assert_eq!(samples(&registry), Vec::<String>::new());
    assert!(start.elapsed() >= REFRESH_TIMEOUT);
    gate.open();
}
