//! The handles of which a snapshot tells how far they moved.

use crate::collect::Number;
#[cfg(feature = "summary")]
use crate::metrics::Summary;
use crate::metrics::{Counter, Gauge, Histogram, Observation, Target, UpDownGauge};

/// The handle of one series: [`Counter`], [`Gauge`], [`UpDownGauge`], [`Histogram`], [`Summary`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handle to one series",
    label = "not a handle to one series",
    note = "of a `Family` take one series: `&FAMILY.with(labels)`",
    note = "for what is `Observed`, an `Info` or a `StateSet` ask by name: `delta_of(\"app_queue_length\", &[])`"
)]
pub trait Recorded {
    /// `i64` for what counts in whole numbers, `f64` for floats.
    type Delta: Delta;

    #[doc(hidden)]
    fn target(&self) -> Target;
}

macro_rules! recorded {
    ($($handle:ty => $delta:ty),* $(,)?) => {$(
        impl Recorded for $handle {
            type Delta = $delta;

            fn target(&self) -> Target {
                self.target
            }
        }
    )*};
}

recorded! {
    Counter => i64,
    Counter<f64> => f64,
    Gauge => i64,
    Gauge<f64> => f64,
    UpDownGauge => i64,
}

macro_rules! observed {
    ($handle:ident) => {
        impl<V: Observation> Recorded for $handle<V> {
            type Delta = i64;

            fn target(&self) -> Target {
                self.target
            }
        }
    };
}

observed!(Histogram);
#[cfg(feature = "summary")]
observed!(Summary);

/// How far a series moved: `i64` or `f64`.
pub trait Delta {
    #[doc(hidden)]
    fn between(before: Number, now: Number) -> Self;
}

impl Delta for i64 {
    fn between(before: Number, now: Number) -> Self {
        let whole = |number| match number {
            Number::U64(value) => value.cast_signed(),
            Number::I64(value) => value,
            Number::F64(value) => value as Self,
        };
        // Right for counters beyond the middle of their range too.
        whole(now).wrapping_sub(whole(before))
    }
}

impl Delta for f64 {
    fn between(before: Number, now: Number) -> Self {
        let float = |number| match number {
            Number::U64(value) => value as Self,
            Number::I64(value) => value as Self,
            Number::F64(value) => value,
        };
        float(now) - float(before)
    }
}
