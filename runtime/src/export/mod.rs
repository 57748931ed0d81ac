//! The exporter: expositions over HTTP, with the feature `exporter`.
//!
//! A metrics endpoint is a web server inside a program that has better things to do. It must not take the program down: not
//! with a client that sends its request a byte a minute, nor with one that reads its response so, nor with a hundred scrapers,
//! a collector that blocks, or a process that is out of file descriptors. So everything here has a bound, in number or in
//! time, with a default that [`ExporterBuilder`] states; and what goes wrong is counted and handed to a hook, while the
//! exporter goes on.
//!
//! | path | answer |
//! |---|---|
//! | `/metrics` | the exposition, in the format that `Accept` prefers, gzipped (level 1) if `Accept-Encoding` asks for it |
//! | `/health` | `OK` for as long as the program answers: for liveness probes |
//! | `/healthz` | JSON: `status`, `version`, `uptime_seconds` of the exporter, `families`, `series`, what you add, and `untouched`: the families that [nothing has updated](crate::Registry::untouched) |
//! | `/ready` | `OK`, or 503 while a [`Readiness`] says so: for readiness probes |
//!
//! [`Exporter`] is the handler of these paths. It is cheap to clone and mounts into any hyper or tower server. [`Server`] is
//! an HTTP/1.1 server for it alone. Collecting, encoding and compressing happen on tokio's blocking threads, so both need a
//! tokio runtime, with `enable_all` if it is built by hand.
//!
//! An exposition of up to 128 KiB, compressed or not, is answered whole. A longer one is sent in chunks while it is made, so that
//! a scrape holds less than a mebibyte however many series there are. If it fails then, or its client takes too long, the
//! connection is closed before the last chunk, and the scraper sees that the exposition is not complete.
//!
//! The exporter adds families of its own to the registry that it serves, under the prefix `metricset_exporter`: scrapes by
//! status, their duration and size, the series exposed, and errors by kind. Exporters of one registry share them, since what
//! they tell (how often and at what cost this registry is scraped) does not depend on the address. What a scrape measures is
//! exposed by the one after it.

mod accept_encoding;
mod body;
mod builder;
mod chunks;
mod config;
mod connection;
mod error;
mod health;
mod in_flight;
mod metrics;
mod race;
mod readiness;
mod scrape;
mod server;
mod service;
mod write_timeout;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

pub use body::Body;
pub use builder::ExporterBuilder;
pub use config::{ConfigError, ConfigKey, ExporterConfig};
pub use error::{ExporterError, ServeError};
pub use health::HealthValue;
pub use readiness::Readiness;
pub use server::Server;
pub use service::ResponseFuture;

use health::HealthValues;
use in_flight::InFlight;
use metrics::{ExporterMetrics, Failure, FailureKind};
use scrape::Scraper;

/// Serves a registry over HTTP. Clones share everything.
///
/// ```no_run
/// #[tokio::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     metricset::Exporter::builder().bind("127.0.0.1:9464").serve().await?;
///     Ok(())
/// }
/// ```
///
/// It is a `Service` of hyper and of tower, so it mounts into a server that is there already. In axum:
///
/// ```
/// # fn main() -> Result<(), metricset::export::ExporterError> {
/// let exporter = metricset::Exporter::builder().build()?;
/// let app: axum::Router = axum::Router::new()
///     .route_service("/metrics", exporter.clone())
///     .nest_service("/internal", exporter); // `/internal/healthz` and so on
/// # Ok(())
/// # }
/// ```
///
/// In hyper, with `stream` an accepted connection:
///
/// ```
/// # async fn serve(stream: tokio::net::TcpStream, exporter: metricset::Exporter) -> hyper::Result<()> {
/// use hyper_util::rt::{TokioIo, TokioTimer};
///
/// hyper::server::conn::http1::Builder::new()
///     .timer(TokioTimer::new())
///     .serve_connection(TokioIo::new(stream), exporter)
///     .await
/// # }
/// ```
#[derive(Clone)]
pub struct Exporter(Arc<Shared>);

struct Shared {
    scraper: Arc<Scraper>,
    in_flight: InFlight,
    readiness: Readiness,
    version: String,
    health: HealthValues,
    started: Instant,
    on_error: Arc<dyn Fn(&ServeError) + Send + Sync>,
}

impl Exporter {
    /// Settings, all with a default.
    pub fn builder() -> ExporterBuilder {
        ExporterBuilder::new()
    }

    fn report(&self, error: &ServeError) {
        let kind = FailureKind::of(error);
        self.0
            .scraper
            .metrics
            .errors_total
            .with(Failure { kind })
            .inc();
        (self.0.on_error)(error);
    }
}

impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exporter").finish_non_exhaustive()
    }
}
