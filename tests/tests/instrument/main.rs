//! What `#[instrument_metric]` records, seen in the exposition.
// The expansion stands in crates that deny whatever they like.
#![deny(warnings, clippy::all)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod arguments;
mod cancellation;
mod exposed;
mod functions;
mod futures;
mod impls;
mod observed;
mod outcomes;
mod sizes;
mod stress;
mod traits;
mod transparent;
