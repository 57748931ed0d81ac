//! PromQL: parsing with places, and what an expression evaluates to.

mod build;
mod infer;
pub(crate) mod interval;
pub(crate) mod shape;
pub(crate) mod tree;

pub(crate) use build::parse;
pub(crate) use infer::{COMPARISONS, RATES, alternatives};
