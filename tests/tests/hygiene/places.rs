//! Sets in private modules, in function bodies, and made by macros.

use metricset::{Counter, Family, LabelEnum, LabelSet, MetricSet, Registry};

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

#[test]
fn sets_made_by_macros() {
    let set: FromMacro = Registry::new().register().unwrap();
    set.given_total.inc();
    set.own_total.inc();
    let families = FromMacro::DESCRIPTOR.families;
    assert_eq!(families[0].help, "From its caller.");
    assert_eq!(families[1].help, "From the macro itself.");
}
