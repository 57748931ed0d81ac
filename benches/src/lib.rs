//! The same work done by metricset and by every peer.
//!
//! - [`questions`]: what is asked, one file each, and what every contender does to answer it;
//! - [`measure`]: the clock around it;
//! - [`labels`], [`peers`], [`floor`]: what questions share.

pub mod compile;
pub mod contender;
pub mod families;
pub mod floor;
pub mod heap;
pub mod instructions;
pub mod labels;
pub mod machine;
pub mod measure;
pub mod peers;
pub mod questions;
pub mod report;
pub mod results;
mod waiting;
