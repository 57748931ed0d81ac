//! Sets in private modules, in function bodies, and made by macros.

use metricset::encode::{Format, encode};
use metricset::{Counter, Family, Histogram, LabelEnum, LabelSet, MetricSet, Registry};

mod private {
    mod deeper {
        use metricset::{Counter, MetricSet, Optional};

        #[derive(MetricSet)]
        #[metrics(register = false)]
        pub(super) struct Inner {
            /// Calls.
            pub(super) calls_total: Counter,
        }

        /// An alias hides which of both this is.
        pub(super) type MaybeInner = Optional<Inner>;
    }

    #[derive(metricset::MetricSet)]
    #[metrics(prefix = "places_private")]
    struct Outer {
        #[metric(nested, prefix = "inner")]
        inner: deeper::Inner,
        #[metric(nested, prefix = "maybe")]
        maybe: deeper::MaybeInner,
    }

    static OUTER: Outer = Outer::global();

    #[test]
    fn private_modules() {
        OUTER.inner.calls_total.inc();
        assert!(OUTER.maybe.get().is_none());
        OUTER.maybe.enable();
        OUTER.maybe.get().unwrap().calls_total.inc_by(2);
        assert_eq!(OUTER.inner.calls_total.get(), 1);
        assert_eq!(OUTER.maybe.get().unwrap().calls_total.get(), 2);
    }
}

#[test]
fn function_bodies() {
    #[derive(Clone, Copy, LabelEnum)]
    enum Side {
        Left,
        Right,
    }

    #[derive(LabelSet)]
    struct Hand {
        side: Side,
    }

    #[derive(MetricSet)]
    #[metrics(prefix = "places_function")]
    struct Hands {
        /// Waves.
        waves_total: Family<Hand, Counter>,
    }

    static HANDS: Hands = Hands::global();
    let side = Side::Left;
    HANDS.waves_total.with(Hand { side }).inc();
    let side = Side::Right;
    assert_eq!(HANDS.waves_total.with(Hand { side }).get(), 0);

    fn generic<T: Default>() -> (T, u64) {
        #[derive(MetricSet)]
        #[metrics(prefix = "places_generic")]
        struct Calls {
            /// Calls of any instance.
            calls_total: Counter,
        }
        static CALLS: Calls = Calls::global();
        CALLS.calls_total.inc();
        (T::default(), CALLS.calls_total.get())
    }
    assert_eq!(generic::<u8>(), (0, 1));
    assert_eq!(generic::<bool>(), (false, 2));
}

#[test]
fn a_set_that_is_registered_and_never_used_so() {
    #[derive(MetricSet)]
    #[metrics(prefix = "places_unused")]
    struct Unused {
        /// Calls.
        calls_total: Counter,
    }

    let set: Unused = Registry::new().register().unwrap();
    set.calls_total.inc();
    assert_eq!(set.calls_total.get(), 1);
}

macro_rules! set {
    ($name:ident, $field:ident: $ty:ty, $help:literal) => {
        #[derive(MetricSet)]
        #[metrics(register = false)]
        struct $name {
            #[doc = $help]
            $field: $ty,
            /// From the macro itself.
            own_total: Counter,
        }
    };
}

set!(FromMacro, given_total: Counter, "From its caller.");

struct Table<T>(std::marker::PhantomData<T>);

impl<T> Table<T> {
    const BOUNDS: [f64; 2] = [1.0, size_of::<T>() as f64 + 1.0];
}

/// Every fragment that may stand in a declaration.
macro_rules! labelled {
    ($(#[$meta:meta])* $vis:vis $set:ident of $labels:ident<$lifetime:lifetime>, $ty:ty, $runtime:path, $max:expr, $table:ty, $name:literal) => {
        #[derive(LabelSet)]
        #[label(crate = $runtime)]
        $vis struct $labels<$lifetime> {
            #[label(rename = $name)]
            $vis text: &$lifetime $ty,
        }

        $(#[$meta])*
        #[derive(MetricSet)]
        #[metrics(register = false, crate = $runtime)]
        $vis struct $set {
            /// By name.
            #[metric(max_series = $max)]
            $vis by_name_total: Family<$labels<'static>, Counter>,
            /// With bounds of a type.
            #[metric(buckets = <$table>::BOUNDS)]
            $vis size_bytes: Histogram,
        }
    };
}

labelled! {
    /// Documented by its caller.
    pub(crate) Labelled of ByName<'a>, str, ::metricset, 1 + 1, Table<u8>, "name"
}
labelled!(Private of ByPrivateName<'a>, str, metricset, 2, Table<[u8; 16]>, "name");

#[test]
fn sets_made_by_macros() {
    let set: FromMacro = Registry::new().register().unwrap();
    set.given_total.inc();
    set.own_total.inc();
    let families = FromMacro::DESCRIPTOR.families;
    assert_eq!(families[0].help, "From its caller.");
    assert_eq!(families[1].help, "From the macro itself.");

    let registry = Registry::new();
    let set: Labelled = registry.register().unwrap();
    for text in ["a", "b", "c"] {
        set.by_name_total.with(ByName { text }).inc();
    }
    set.size_bytes.observe(1.0);
    let mut exposed = String::new();
    encode(&registry, Format::PrometheusText, &mut exposed);
    let series = exposed.lines().filter(|line| line.starts_with("by_name"));
    assert_eq!(
        series.collect::<Vec<_>>(),
        [
            "by_name_total{name=\"a\"} 1",
            "by_name_total{name=\"b\"} 1",
            "by_name_total{name=\"_overflow\"} 1",
        ]
    );
    assert_eq!(Labelled::DESCRIPTOR.doc, "Documented by its caller.");
    let bounds =
        |set: &metricset::descriptor::SetDescriptor| set.families[1].buckets.unwrap().to_vec();
    assert_eq!(bounds(Labelled::DESCRIPTOR), [1.0, 2.0]);
    assert_eq!(bounds(Private::DESCRIPTOR), [1.0, 17.0]);
    let set: Private = Registry::new().register().unwrap();
    set.size_bytes.observe(1.0);
    set.by_name_total.with(ByPrivateName { text: "a" }).inc();
}
