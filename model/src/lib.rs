//! What a metric declaration *is*, and what is wrong with it.
//!
//! Here live the name grammar ([`name`]), the lints ([`lint`]), units ([`mod@unit`]), the rules of buckets ([`buckets`]) and of
//! quantiles ([`quantiles`]), and the descriptors that a declaration turns into ([`descriptor`], [`function`]). Nearly everything
//! is `const fn`: the checker that refuses a name at compile time is the one that run-time registration calls.
//!
//! What programs call in const evaluation only is `#[inline]`: such functions become machine code where something calls them at run
//! time, and the others in every build of this crate.
//!
//! What deliberately does not live here: values, storage, encoding. A descriptor can be held against a document or an alert
//! rule without linking a single atomic.

pub mod advice;
pub mod buckets;
pub mod catalog;
pub mod check;
mod clash;
pub mod descriptor;
pub mod function;
pub mod lint;
pub mod message;
pub mod name;
pub mod nearest;
pub mod number;
pub mod quantiles;
mod text;
pub mod unit;

pub use descriptor::{
    FamilyDescriptor, LabelDescriptor, Location, MetricType, NestedDescriptor, OVERFLOW,
    SetDescriptor,
};
pub use function::{FunctionDescriptor, LatencyObjective, Objective};
pub use lint::{Lint, LintSet};
pub use message::Message;
pub use name::NameError;
pub use unit::Unit;
