//! What generated code uses. Nothing here is stable or documented elsewhere.

pub use linkme;
pub use metricset_model::{
    FamilyDescriptor, FunctionDescriptor, LabelDescriptor, Lint, LintSet, Location,
    NestedDescriptor, SetDescriptor, Unit, buckets, check, embed_catalog,
};

pub use crate::family::{CollectFamily, FamilyStorage};
pub use crate::function::{
    AnyReturn, FunctionSite, Recorder, Returned, call, error_if, instrument, ok_if,
};
pub use crate::known::Known;
pub use crate::labels::{Labels, closed_len};
pub use crate::linked::{FUNCTIONS, SETS};
pub use crate::metrics::{InfoStorage, Metric, StateSetStorage};
pub use crate::set::{Nested, NestedStorage, SetStorage, SetVisitor};
