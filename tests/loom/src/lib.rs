//! The lane table, compiled from the runtime's own files with loom's atomics and locks in place of the standard library's.
//!
//! What is tested is the source that ships, not a copy of it. `hand_over.rs` holds the properties.

#[path = "../../../runtime/src/lanes/cell.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "compiled for the model, which uses a part"
)]
pub mod cell;
#[path = "../../../runtime/src/lanes/table.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "compiled for the model, which uses a part"
)]
pub mod table;

mod sync {
    pub(crate) use loom::sync::Mutex;
    pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
}

#[cfg(test)]
mod hand_over;
