//! Helpers that several suites share.

pub mod catalogue;
pub mod clients;
pub mod judge;
pub mod poll;
pub mod process;
