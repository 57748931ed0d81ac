//! What generated code uses. Nothing here is stable or documented elsewhere.

pub use inventory;
pub use metricset_model::{
    FamilyDescriptor, FunctionDescriptor, LabelDescriptor, Lint, LintSet, Location,
    NestedDescriptor, Objective, SetDescriptor, Unit, buckets, check, embed_catalog,
    embed_function,
};

pub use crate::family::{CollectFamily, FamilyStorage};
#[cfg(feature = "instrument")]
pub use crate::function::{
    AnyReturn, CallLabels, CallsTarget, Ended, ErrorLabel, Fallible, FunctionSite, InFlightTarget,
    IntoTarget, NoError, ObservedLabels, Recorder, Recording, Returned, Shared, Target, Verdict,
    assert_bound, assert_closed, assert_labelled, call, classify, count_in, error_if, instrument,
    labels_of, observe_into, observe_own, ok_if, series,
};
pub use crate::known::Known;
pub use crate::labels::{
    AsLabel, ByName, EachValue, Filled, Labels, NoLabels, WithoutError, WithoutOutcome, closed_len,
};
pub use crate::metrics::{InfoStorage, Metric, StateSetStorage};
pub use crate::partial_key::IsPartialKey;
pub use crate::reading::Refresh;
pub use crate::set::{Nested, NestedStorage, SetStorage, SetVisitor};

/// The version of the compiler, as 1.95.0; empty if the build script could not ask it.
pub const RUSTC: &str = env!("METRICSET_RUSTC");
