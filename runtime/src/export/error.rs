//! What can go wrong before serving, and while.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::RegisterError;

/// The exporter could not start.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use metricset::export::{Exporter, ExporterError};
///
/// let server = Exporter::builder().bind("127.0.0.1:0").listen().await.unwrap();
/// let taken = Exporter::builder().bind(server.local_addr()).listen().await;
/// assert!(matches!(taken, Err(ExporterError::Bind { .. })));
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ExporterError {
    /// The address is not one, or its host is not known.
    Resolve {
        /// As it was given.
        address: String,
        /// What the resolver said.
        source: io::Error,
    },
    /// Nothing can listen on the address: the port is taken, or this host does not have the address.
    Bind {
        /// As it was given.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The linked sets clash, or the exporter's own families clash with a family of the registry.
    Register(RegisterError),
    /// A key of `/healthz` was added twice, or is one that the exporter writes.
    HealthKey {
        /// The key.
        key: String,
    },
    /// A limit that nothing could pass.
    Limit {
        /// The builder's method that set it.
        limit: &'static str,
    },
}

impl fmt::Display for ExporterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolve { address, source } => write!(
                f,
                "address `{address}` cannot be resolved: {source}; write a host and a port, such as `127.0.0.1:9464` or `[::1]:0`"
            ),
            Self::Bind { address, source } => write!(
                f,
                "cannot listen on `{address}`: {source}; choose another port, or port 0 for any that is free"
            ),
            Self::Register(error) => error.fmt(f),
            Self::HealthKey { key } => write!(
                f,
                "`/healthz` has two values under the key `{key}`; rename the one that you added"
            ),
            Self::Limit { limit } => write!(
                f,
                "`{limit}` is zero, so that nothing would be served; give at least 1, or a longer time"
            ),
        }
    }
}

impl Error for ExporterError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Resolve { source, .. } | Self::Bind { source, .. } => Some(source),
            Self::Register(error) => Some(error),
            Self::HealthKey { .. } | Self::Limit { .. } => None,
        }
    }
}

impl From<RegisterError> for ExporterError {
    fn from(error: RegisterError) -> Self {
        Self::Register(error)
    }
}

/// Something went wrong while serving. The exporter goes on; see [`ExporterBuilder::on_error`](super::ExporterBuilder::on_error).
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// No connection could be accepted, as when the process has no file descriptor left.
    Accept {
        /// What the system said.
        source: io::Error,
        /// How long the exporter waits before it tries again.
        pause: Duration,
    },
    /// There were as many connections as the limit allows; this one is told to come back later.
    TooManyConnections {
        /// The client.
        peer: SocketAddr,
    },
    /// A connection broke, or a client did not speak HTTP, or took nothing of a response for too long.
    Connection {
        /// The client.
        peer: SocketAddr,
        /// What happened.
        source: Box<dyn Error + Send + Sync>,
    },
    /// There were as many scrapes in flight as the limit allows.
    TooManyScrapes,
    /// A scrape took longer than it may. It still counts as in flight until it ends.
    ScrapeTimeout {
        /// How long it may take.
        timeout: Duration,
    },
    /// A scrape failed: a collector or a closure of `/healthz` panicked.
    Scrape {
        /// What happened.
        source: Box<dyn Error + Send + Sync>,
    },
    /// At shutdown some connections did not end in time and were closed.
    ShutdownTimeout {
        /// How many.
        connections: usize,
    },
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accept { source, pause } => {
                write!(
                    f,
                    "cannot accept connections: {source}; trying again in {pause:?}"
                )
            }
            Self::TooManyConnections { peer } => write!(
                f,
                "connection from {peer} refused: there are as many as `max_connections` allows"
            ),
            Self::Connection { peer, source } => {
                write!(f, "connection from {peer} failed: {source}")
            }
            Self::TooManyScrapes => write!(
                f,
                "scrape refused: as many are in flight as `max_scrapes_in_flight` allows"
            ),
            Self::ScrapeTimeout { timeout } => write!(
                f,
                "scrape given up after {timeout:?}: look for a collector that blocks, or raise `scrape_timeout`"
            ),
            Self::Scrape { source } => write!(f, "scrape failed: {source}"),
            Self::ShutdownTimeout { connections } => write!(
                f,
                "{connections} connections did not end within `shutdown_timeout` and were closed"
            ),
        }
    }
}

impl Error for ServeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Accept { source, .. } => Some(source),
            Self::Connection { source, .. } | Self::Scrape { source } => Some(&**source),
            _ => None,
        }
    }
}
