//! Atomics and locks, in one place so that the loom models can put their own here.

pub(crate) use std::sync::Mutex;
pub(crate) use std::sync::atomic::{AtomicU64, Ordering};
