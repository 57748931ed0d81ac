//! [prometheus-client](prometheus_client) both ways, so that a program can move over one metric at a time.
//!
//! - A [`Registry`](crate::Registry) is one of its [`Collector`](prometheus_client::collector::Collector)s: register it
//!   there and everything declared here is served there.
//! - One of its registries is mounted here with [`Registry::mount`](crate::Registry::mount): it is served beside what is
//!   declared here, in every format.
//!
//! Mounted registries are not passed on to a registry of prometheus-client, so that two registries that contain each other
//! do not go in circles.

mod collector;
mod error;
mod exposition;
mod mount;
mod sample;
mod skipped;

pub use error::MountError;
pub use mount::ForeignRegistry;
pub(crate) use mount::Mounts;
