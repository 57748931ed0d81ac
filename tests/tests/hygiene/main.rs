//! Derives in places that are hard to live in.
#![forbid(unsafe_code)]
#![deny(dead_code)]

mod libraries;
mod names;
mod places;
mod shadowed;
