//! `#[derive(MetricSet)]`

use std::time::Duration;

use metricset::descriptor::FamilyDescriptor;
use metricset::encode::{Format, encode};
use metricset::{
    Counter, Family, Gauge, Histogram, Info, LabelEnum, LabelSet, MetricSet, MetricType, Optional,
    Registry, StateSet, Unit, UpDownGauge, buckets,
};

#[derive(Clone, Copy, LabelEnum)]
enum Side {
    Left,
    Right,
}

#[derive(LabelSet)]
struct Hand {
    side: Side,
}

#[derive(LabelSet)]
struct Client<'a> {
    id: &'a str,
}

const BOUNDS: [f64; 2] = [1.0, 2.0];
const SLICE: &[f64] = &[3.0];
const DAY: Duration = Duration::from_secs(86_400);
const MAX: usize = 7;

#[derive(MetricSet)]
#[metrics(register = false)]
struct Empty {}

/// Every key.
///
/// In every form.
#[derive(MetricSet)]
#[metrics(prefix = "all")]
#[metrics(labels(region = "eu", r#type = concat!("a", "b")), register = false)]
#[metrics(allow(missing_help, counter_without_total))]
struct All {
    /// Not this.
    #[metric(name = "renamed_total", help = "This, \"quoted\"\nand broken.")]
    field: Counter,
    /// Two lines
    /// of one paragraph.
    ///
    /// And another.
    #[metric(unit = "bytes")]
    size_bytes: Gauge,
    undocumented: Counter,
    #[metric(buckets = [1, -0.5e-1, 2.5,])]
    #[cfg(any())]
    never: Histogram,
    /// Literals.
    #[metric(buckets = [-1, 0, 2.5, 10,])]
    literal_buckets: Histogram,
    /// A constant array.
    #[metric(buckets = BOUNDS)]
    array_buckets: Histogram,
    /// A constant slice.
    #[metric(buckets = SLICE)]
    slice_buckets: Histogram,
    /// A call.
    #[metric(buckets = buckets::exponential::<3>(1.0, 10.0))]
    call_buckets: Histogram<Duration>,
    /// A list with a constant in it.
    #[metric(buckets = [0.5, BOUNDS[0], 5])]
    mixed_buckets: Histogram,
    /// A preset.
    #[metric(buckets = "size")]
    preset_buckets: Histogram,
    /// Literals.
    #[metric(max_series = 1_000, idle_timeout = "90s")]
    literal_total: Family<Client<'static>, Counter>,
    /// Constants.
    #[metric(max_series = MAX, idle_timeout = DAY, allow(type_in_name))]
    constant_gauge: Family<Client<'static>, Gauge<f64>>,
    /// Only what was touched.
    #[metric(sparse)]
    sparse_total: Family<Hand, Counter>,
    /// Moved.
    moving: UpDownGauge,
    /// Facts.
    build_info: Info<Client<'static>>,
    /// States.
    states: StateSet<Side>,
    #[metric(nested)]
    without_prefix: Part,
    #[metric(nested, prefix = "second")]
    with_prefix: Optional<Part>,
    #[metric(nested)]
    empty: Empty,
}

/// A part.
#[derive(MetricSet)]
#[metrics(prefix = "part", register = false)]
struct Part {
    /// Turns.
    turns_total: Counter,
}

fn family(name: &str) -> &'static FamilyDescriptor {
    let mut families = All::DESCRIPTOR.families.iter();
    families
        .find(|family| family.name == name)
        .expect("declared")
}

#[test]
fn the_set() {
    let set = All::DESCRIPTOR;
    assert_eq!(set.name, "All");
    assert_eq!(set.doc, "Every key.\nIn every form.");
    assert_eq!(set.prefix, "all");
    assert_eq!(set.const_labels, [("region", "eu"), ("type", "ab")]);
    assert_eq!(set.crate_name, "metricset-tests");
    assert_eq!(set.module, "derives::sets");
    assert!(set.location.file.ends_with("sets.rs"));
    assert_eq!(Part::DESCRIPTOR.const_labels, []);
    assert_eq!(Empty::DESCRIPTOR.prefix, "");
}

#[test]
fn names_and_help() {
    let renamed = family("renamed_total");
    assert_eq!(renamed.full_name, "all_renamed_total");
    assert_eq!(renamed.help, "This, \"quoted\"\nand broken.");
    assert_eq!(renamed.metric_type, MetricType::Counter);
    let size = family("size_bytes");
    assert_eq!(size.help, "Two lines of one paragraph.\nAnd another.");
    assert_eq!(size.unit, Some(Unit::Bytes));
    assert_eq!(family("undocumented").help, "");
}

#[test]
fn places() {
    let first = line!() + 8;
    #[derive(MetricSet)]
    #[metrics(register = false)]
    #[allow(dead_code, reason = "only its descriptor is looked at")]
    struct Lines {
        /// On its own line.
        #[metric(allow(missing_help))]
        // The field's line is that of its name.
        first: Gauge,
        /// Behind it.
        second: Gauge,
        #[metric(nested)]
        third: Part,
    }

    let set = Lines::DESCRIPTOR;
    assert_eq!(set.location.line, first - 4);
    let lines = set.families.iter().map(|family| family.location.line);
    assert_eq!(lines.collect::<Vec<_>>(), [first, first + 2]);
    assert_eq!(set.nested[0].location.line, first + 4);
}

#[test]
fn bounds() {
    let bounds = |name| family(name).buckets.unwrap();
    assert_eq!(bounds("literal_buckets"), [-1.0, 0.0, 2.5, 10.0]);
    assert_eq!(bounds("array_buckets"), BOUNDS);
    assert_eq!(bounds("slice_buckets"), SLICE);
    assert_eq!(bounds("call_buckets"), [1.0, 10.0, 100.0]);
    assert_eq!(bounds("mixed_buckets"), [0.5, 1.0, 5.0]);
    assert_eq!(bounds("preset_buckets"), buckets::SIZE);
    assert_eq!(family("renamed_total").buckets, None);
}

#[test]
fn limits() {
    let literal = family("literal_total");
    assert_eq!(literal.max_series, Some(1_000));
    assert_eq!(literal.idle_timeout, Some(Duration::from_secs(90)));
    let constant = family("constant_gauge");
    assert_eq!(constant.max_series, Some(7));
    assert_eq!(constant.idle_timeout, Some(DAY));
    assert!(family("sparse_total").sparse && !literal.sparse);
}

#[test]
fn everything_is_exposed() {
    let registry = Registry::new();
    let all: All = registry.register().unwrap();
    all.field.inc();
    all.size_bytes.set(1);
    all.undocumented.inc();
    all.literal_buckets.observe(0.0);
    all.array_buckets.observe(0.0);
    all.slice_buckets.observe(0.0);
    all.call_buckets.observe(Duration::ZERO);
    all.mixed_buckets.observe(0.0);
    all.preset_buckets.observe(0.0);
    all.literal_total.with(Client { id: "a" }).inc();
    all.constant_gauge.with(Client { id: "a" }).set(0.5);
    all.sparse_total.with(Hand { side: Side::Left }).inc();
    all.moving.inc();
    all.build_info.set(Client { id: "a" });
    all.states.set(Side::Right);
    all.without_prefix.turns_total.inc();
    let Empty {} = all.empty;

    let exposed = || {
        let mut text = String::new();
        encode(&registry, Format::PrometheusText, &mut text);
        text
    };
    let text = exposed();
    for sample in [
        "all_renamed_total{region=\"eu\",type=\"ab\"} 1",
        "all_sparse_total{region=\"eu\",type=\"ab\",side=\"left\"} 1",
        "all_turns_total{region=\"eu\",type=\"ab\"} 1",
        "all_states{region=\"eu\",type=\"ab\",all_states=\"right\"} 1",
    ] {
        assert!(text.contains(sample), "no `{sample}` in\n{text}");
    }
    assert!(!text.contains("side=\"right\""), "{text}");
    assert!(!text.contains("all_second_turns_total"), "{text}");

    all.with_prefix.enable();
    all.with_prefix.get().unwrap().turns_total.inc_by(3);
    let text = exposed();
    assert!(text.contains("all_second_turns_total{region=\"eu\",type=\"ab\"} 3"));
}

#[test]
fn every_global_is_the_same_instance() {
    #[derive(MetricSet)]
    #[metrics(prefix = "derives_global")]
    struct Global {
        /// Calls.
        calls_total: Counter,
    }

    static CALLS: Global = Global::global();
    CALLS.calls_total.inc();
    assert_eq!(Global::global().calls_total.get(), 1);
}

#[test]
fn the_documentation_lists_every_lint_and_preset() {
    let documentation = include_str!("../../../runtime/src/set.rs");
    let lints = metricset::__private::Lint::ALL.iter();
    let lints = lints.map(|lint| lint.name());
    let presets = buckets::PRESETS.iter().map(|(name, _)| *name);
    for name in lints.chain(presets) {
        assert!(documentation.contains(&format!("`{name}`")), "{name}");
    }
}
