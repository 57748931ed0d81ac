//! Sets that this library brings: what every program can say of itself. Each is in a registry only if it is asked for.

mod build_info;
#[cfg(feature = "process")]
mod process;
#[cfg(feature = "tokio-metrics")]
mod tokio;
