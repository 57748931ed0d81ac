//! The catalogue: what a program declares, as data that outlives the program.
//!
//! Descriptors are `'static` and live in a process; a `Catalog` is owned, is read from a binary or a file, and is what
//! documents, rules and lock files are held against. It takes the feature `serde`: only tools need it. Sets within sets stand
//! beside the sets that hold them, under their full prefix, so that every family has the name under which it is served.
//!
//! # The JSON form
//!
//! A `Catalog` and everything in it is written by its field names, with these rules:
//! - `version` is [`VERSION`]. A reader refuses a version above its own, and unknown keys.
//! - A key that is absent has its empty value: no unit, no buckets, `false`, an empty list. `labels_complete` is the
//!   exception, absent means `true`.
//! - A label without `values` is open. With `values` it is closed: no series ever has another value.
//! - Types, units and lints are spelled as in `# TYPE`, `# UNIT` and `allow(...)`.

pub mod embed;
#[cfg(feature = "serde")]
mod owned;
#[cfg(feature = "serde")]
mod read;

#[cfg(feature = "serde")]
pub use owned::{Catalog, Family, Function, Label, Set};
#[cfg(feature = "serde")]
pub use read::{Record, RecordError, assemble};

/// The version of the JSON form, in files and in binaries.
pub const VERSION: u32 = 1;
