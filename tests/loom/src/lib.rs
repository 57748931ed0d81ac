//! The lane table, the cells that hold the extremes of a summary, and the heads of series that may end, compiled from the runtime's
//! own files with loom's atomics and locks in place of the standard library's.
//!
//! What is tested is the source that ships, not a copy of it. `hand_over.rs`, `extreme.rs` and `touch.rs` hold the properties.

macro_rules! modelled {
    ($($name:ident = $path:literal;)*) => {$(
        #[path = $path]
        #[allow(
            dead_code,
            unreachable_pub,
            missing_docs,
            reason = "compiled for the model, which uses a part"
        )]
        pub mod $name;
    )*};
}

modelled! {
    cell = "../../../runtime/src/lanes/cell.rs";
    table = "../../../runtime/src/lanes/table.rs";
    halves = "../../../runtime/src/metrics/summary/extreme.rs";
    slot = "../../../runtime/src/metrics/slot.rs";
    tag = "../../../runtime/src/metrics/summary/tag.rs";
}

mod sync {
    pub(crate) use loom::sync::Mutex;
    pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
}

#[cfg(test)]
mod extreme;
#[cfg(test)]
mod hand_over;
#[cfg(test)]
mod touch;
