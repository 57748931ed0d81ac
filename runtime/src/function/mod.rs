//! Instrumented functions: what `#[instrument_metric]` calls.
//!
//! # Idea
//! Every annotated function has one static [`FunctionSite`] with all that is counted about it in one lane row: calls started,
//! calls ended by outcome, time spent and buckets of it. A call adds to the first on its way in, and to the others on its way
//! out, which is why `in flight` is a difference and cannot leak. The sites are collected by the linker, and three families
//! that all functions share ([`families`]) read them when they are scraped: a call neither looks up a series nor formats one.
//!
//! A guard that records when it is dropped makes the way out: a call that was not finished by its value when the guard goes
//! is a panic ([`call`]), and a future that is dropped before it is ready was cancelled ([`future`]).
//!
//! What the attribute cannot see in the tokens, the type of the returned value above all, is told by types here ([`outcome`]).

mod call;
mod families;
mod future;
mod observed;
mod outcome;
mod recording;
mod site;
mod target;

pub use call::{Recorder, call};
pub(crate) use families::shared_families;
pub use future::instrument;
pub use observed::{CallLabels, ErrorLabel, ObservedLabels};
pub use outcome::{
    AnyReturn, Fallible, NoError, Outcome, Returned, Verdict, classify, error_if, ok_if,
};
pub use recording::{Ended, Recording, observe_own};
pub use site::{FunctionSite, Shared};
pub use target::{
    CallsTarget, InFlightTarget, IntoTarget, Target, assert_bound, assert_closed, assert_labelled,
    count_in, labels_of, observe_into, series,
};
