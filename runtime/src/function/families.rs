//! The three families that all instrumented functions share. They have no storage of their own: a collection walks the sites.

use std::sync::OnceLock;
use std::time::Duration;

use metricset_model::{FamilyDescriptor, LabelDescriptor, Location, MetricType, SetDescriptor};

use super::Outcome;
use super::site::{BOUNDS, Counts, FunctionSite, Shared};
use crate::collect::{HistogramValue, Number, Value};
use crate::family::{CollectFamily, SeriesSink};
use crate::labels::LabelEnum;
use crate::lanes::View;
use crate::linked::functions;
use crate::set::{SetStorage, SetVisitor};

const CALLS: usize = 0;
const DURATION: usize = 1;
const IN_FLIGHT: usize = 2;

const HERE: Location = Location {
    file: file!(),
    line: line!(),
};

const FUNCTION: LabelDescriptor = LabelDescriptor::new("function", None);
const MODULE: LabelDescriptor = LabelDescriptor::new("module", None);
const OUTCOME: LabelDescriptor =
    LabelDescriptor::new("outcome", Some(<Outcome as LabelEnum>::VALUES));

static DESCRIPTOR: SetDescriptor = SetDescriptor::new(
    "Functions",
    "Calls of the functions that are annotated with `#[instrument_metric]`.",
    "function",
    &[],
    &[
        FamilyDescriptor::new(
            "function_calls_total",
            "calls_total",
            MetricType::Counter,
            &[FUNCTION, MODULE, OUTCOME],
            "Calls of instrumented functions that ended, by outcome.",
            HERE,
        ),
        FamilyDescriptor::new(
            "function_duration_seconds",
            "duration_seconds",
            MetricType::Histogram,
            &[FUNCTION, MODULE],
            "Time that calls of instrumented functions took.",
            HERE,
        )
        .with_buckets(BOUNDS),
        FamilyDescriptor::new(
            "function_calls_in_flight",
            "calls_in_flight",
            MetricType::Gauge,
            &[FUNCTION, MODULE],
            "Calls of instrumented functions that began and have not ended.",
            HERE,
        ),
    ],
    &[],
    env!("CARGO_PKG_NAME"),
    module_path!(),
    HERE,
);

metricset_model::embed_catalog!(&DESCRIPTOR, false);

/// The families as a set, if the program has any instrumented function.
pub(crate) fn shared_families() -> Option<&'static dyn SetStorage> {
    functions().next().map(|_| &SharedFamilies as _)
}

struct SharedFamilies;

impl SetStorage for SharedFamilies {
    fn descriptor(&self) -> &'static SetDescriptor {
        &DESCRIPTOR
    }

    fn visit(&'static self, visitor: &mut dyn SetVisitor) {
        visitor.family(&DESCRIPTOR.families[CALLS], &Calls);
        visitor.family(&DESCRIPTOR.families[DURATION], &Durations);
        visitor.family(&DESCRIPTOR.families[IN_FLIGHT], &InFlight);
    }
}

/// Sites by module and function.
///
/// Methods of two types in one module may have the same name: a series is one for both, since no two may have equal labels.
fn sites() -> &'static [&'static FunctionSite] {
    static SORTED: OnceLock<Vec<&'static FunctionSite>> = OnceLock::new();
    SORTED.get_or_init(|| {
        let mut sites: Vec<_> = functions().collect();
        sites.sort_by_key(|site| key(site));
        sites
    })
}

fn key(site: &FunctionSite) -> (&'static str, &'static str) {
    let descriptor = site.descriptor();
    (descriptor.module, descriptor.name)
}

/// Calls `each` for every function that a family shows, with its labels `function` and `module` and its counts.
fn for_each_function(
    is_shown: fn(Shared) -> bool,
    lanes: &View,
    mut each: impl FnMut([&str; 2], &Counts),
) {
    for same in sites().chunk_by(|a, b| key(a) == key(b)) {
        let mut shown = same
            .iter()
            .filter(|site| is_shown(site.shared()))
            .peekable();
        if shown.peek().is_none() {
            continue;
        }
        let mut counts = Counts::ZERO;
        shown.for_each(|site| counts.add(site, lanes));
        let (module, function) = key(same[0]);
        each([function, module], &counts);
    }
}

/// They are there because a function is annotated, and move when it is called: no code can forget to update them.
const NOBODY_FORGOT: bool = true;

struct Calls;

impl CollectFamily for Calls {
    fn collect(&self, lanes: &View, sink: &mut dyn SeriesSink) {
        for_each_function(
            |shared| shared.calls,
            lanes,
            |[function, module], counts| {
                for (outcome, calls) in <Outcome as LabelEnum>::VALUES.iter().zip(counts.outcomes())
                {
                    let value = Value::Counter(Number::U64(*calls));
                    sink.series(&[function, module, outcome], value);
                }
            },
        );
    }

    fn is_touched(&self) -> bool {
        NOBODY_FORGOT
    }
}

struct Durations;

impl CollectFamily for Durations {
    fn collect(&self, lanes: &View, sink: &mut dyn SeriesSink) {
        for_each_function(
            |shared| shared.duration,
            lanes,
            |labels, counts| {
                let sum = Duration::from_nanos(counts.nanos()).as_secs_f64();
                let value = HistogramValue::new(BOUNDS, counts.buckets(), sum);
                sink.series(&labels, Value::Histogram(value));
            },
        );
    }

    fn is_touched(&self) -> bool {
        NOBODY_FORGOT
    }
}

struct InFlight;

impl CollectFamily for InFlight {
    fn collect(&self, lanes: &View, sink: &mut dyn SeriesSink) {
        for_each_function(
            |shared| shared.in_flight,
            lanes,
            |labels, counts| {
                let calls = i64::try_from(counts.in_flight()).unwrap_or(i64::MAX);
                sink.series(&labels, Value::Gauge(Number::I64(calls)));
            },
        );
    }

    fn is_touched(&self) -> bool {
        NOBODY_FORGOT
    }
}
