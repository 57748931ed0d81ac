//! The atomics and locks that the lane hand-over is built from, in one place so that the loom model can put its own here.

pub(crate) use std::sync::Mutex;
pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
