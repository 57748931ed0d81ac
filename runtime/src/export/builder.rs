//! The settings of an exporter, their defaults, and what is checked before anything is served.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::connection::Timeouts;
use super::health::{HealthValue, HealthValues};
use super::in_flight::InFlight;
use super::scrape::Scraper;
use super::server::ServerLimits;
use super::{Exporter, ExporterError, Readiness, ServeError, Server, Shared};
use crate::Registry;

/// Settings of an [`Exporter`]. From [`Exporter::builder`].
///
/// [`serve`](Self::serve) is all that most programs need. [`listen`](Self::listen) gives a [`Server`] that knows its address
/// and can be shut down; [`build`](Self::build) gives the handler alone, for a server of your own.
#[must_use = "nothing is served before `serve`, `listen` or `build`"]
pub struct ExporterBuilder {
    address: String,
    registry: Option<Registry>,
    readiness: Readiness,
    version: String,
    health: HealthValues,
    on_error: Arc<dyn Fn(&ServeError) + Send + Sync>,
    max_scrapes_in_flight: usize,
    scrape_timeout: Duration,
    server: ServerLimits,
}

impl ExporterBuilder {
    pub(super) fn new() -> Self {
        Self {
            address: "127.0.0.1:9464".to_owned(),
            registry: None,
            readiness: Readiness::ready(),
            version: concat!("metricset/", env!("CARGO_PKG_VERSION")).to_owned(),
            health: HealthValues::default(),
            on_error: Arc::new(|_| {}),
            max_scrapes_in_flight: 8,
            scrape_timeout: Duration::from_secs(30),
            server: ServerLimits {
                max_connections: 64,
                timeouts: Timeouts {
                    header: Duration::from_secs(10),
                    write: Duration::from_secs(10),
                },
                shutdown_timeout: Duration::from_secs(10),
            },
        }
    }

    /// Where to listen: a host and a port, such as `"127.0.0.1:9464"` (the default), `"[::1]:0"`, `"localhost:9464"` or a
    /// [`SocketAddr`](std::net::SocketAddr). Port 0 is any that is free; [`Server::local_addr`] tells which. Of a host with
    /// several addresses the first that can be listened on is taken.
    ///
    /// Expositions say a lot about a program. Only this host can read them unless the address given here says otherwise
    /// (`"0.0.0.0:9464"`, `"[::]:9464"`).
    pub fn bind(mut self, address: impl ToString) -> Self {
        self.address = address.to_string();
        self
    }

    /// What to expose. By default [`Registry::linked`]: every set of the program.
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = Some(registry);
        self
    }

    /// The switch of `/ready`. By default it is always ready.
    pub fn readiness(mut self, readiness: Readiness) -> Self {
        self.readiness = readiness;
        self
    }

    /// What `/healthz` says as `version`: `env!("CARGO_PKG_VERSION")` is that of your program. By default it is that of this
    /// library, with its name.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Adds a value to `/healthz`, computed when it is asked for. The closure may block: it is called off the async threads.
    ///
    /// ```
    /// # use std::sync::atomic::{AtomicUsize, Ordering};
    /// use metricset::Exporter;
    ///
    /// static PEERS: AtomicUsize = AtomicUsize::new(0);
    ///
    /// let exporter = Exporter::builder()
    ///     .version(env!("CARGO_PKG_VERSION"))
    ///     .health("peers", || PEERS.load(Ordering::Relaxed))
    ///     .health("region", || "eu-1");
    /// # drop(exporter);
    /// ```
    pub fn health<V: Into<HealthValue>>(
        mut self,
        key: impl Into<String>,
        value: impl Fn() -> V + Send + Sync + 'static,
    ) -> Self {
        self.health
            .add(key.into(), Arc::new(move || value().into()));
        self
    }

    /// Called with everything that goes wrong while serving, to log it. Each is also counted in
    /// `metricset_exporter_errors_total`. Must not block: it is called on an async thread.
    ///
    /// ```
    /// use metricset::Exporter;
    ///
    /// let exporter = Exporter::builder().on_error(|error| eprintln!("metrics: {error}"));
    /// # drop(exporter);
    /// ```
    pub fn on_error(mut self, hook: impl Fn(&ServeError) + Send + Sync + 'static) -> Self {
        self.on_error = Arc::new(hook);
        self
    }

    /// How many scrapes (and `/healthz` requests, which collect too) may run at a time; more are answered with 503 and
    /// `Retry-After`. Each holds one of tokio's blocking threads and less than a mebibyte, until the client has taken all but
    /// the last 128 KiB. By default 8.
    pub fn max_scrapes_in_flight(mut self, limit: usize) -> Self {
        self.max_scrapes_in_flight = limit;
        self
    }

    /// How long a scrape may take before it is answered with 503. An exposition of more than 128 KiB is sent while it is made:
    /// its client has as long to take it, and is cut off after that. By default 30 seconds.
    pub fn scrape_timeout(mut self, timeout: Duration) -> Self {
        self.scrape_timeout = timeout;
        self
    }

    /// How many connections are served at a time; more are answered with 503 and `Retry-After`, and beyond that many plus 64
    /// closed at once. By default 64.
    pub fn max_connections(mut self, limit: usize) -> Self {
        self.server.max_connections = limit;
        self
    }

    /// How long a client may take to send a request, from the moment that the connection is open or the response before is
    /// sent. A kept-alive connection that is idle for as long is closed too. By default 10 seconds.
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.server.timeouts.header = timeout;
        self
    }

    /// How long a client may take nothing of a response before the connection is closed. By default 10 seconds.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.server.timeouts.write = timeout;
        self
    }

    /// How long a shutdown waits for scrapes in flight. By default 10 seconds.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.server.shutdown_timeout = timeout;
        self
    }

    /// The handler alone, to mount into a server of your own; see [`Exporter`]. The address and the limits of connections are
    /// that server's business then.
    ///
    /// # Errors
    /// If the linked sets clash, a setting makes no sense, or the exporter's own families clash with those of the registry.
    pub fn build(self) -> Result<Exporter, ExporterError> {
        self.health.check()?;
        self.check_limits()?;
        let registry = match self.registry {
            Some(registry) => registry,
            None => Registry::linked()?,
        };
        let metrics = registry.shared()?;
        Ok(Exporter(Arc::new(Shared {
            scraper: Arc::new(Scraper { registry, metrics }),
            in_flight: InFlight::new(self.max_scrapes_in_flight, self.scrape_timeout),
            readiness: self.readiness,
            version: self.version,
            health: self.health,
            started: Instant::now(),
            on_error: self.on_error,
        })))
    }

    /// Listens. When this is done the port is taken and clients can connect.
    ///
    /// # Errors
    /// As [`build`](Self::build), and if the address cannot be resolved or listened on.
    pub async fn listen(self) -> Result<Server, ExporterError> {
        let (address, limits) = (self.address.clone(), self.server);
        Server::listen(self.build()?, &address, limits).await
    }

    /// Listens and serves for as long as the future is polled.
    ///
    /// # Errors
    /// As [`listen`](Self::listen), and it only ever returns with one.
    pub async fn serve(self) -> Result<(), ExporterError> {
        self.listen().await?.serve().await;
        Ok(())
    }

    fn check_limits(&self) -> Result<(), ExporterError> {
        let Timeouts { header, write } = self.server.timeouts;
        let limits = [
            ("max_scrapes_in_flight", self.max_scrapes_in_flight == 0),
            ("scrape_timeout", self.scrape_timeout.is_zero()),
            ("max_connections", self.server.max_connections == 0),
            ("header_timeout", header.is_zero()),
            ("write_timeout", write.is_zero()),
        ];
        match limits.into_iter().find(|(_, is_zero)| *is_zero) {
            Some((limit, _)) => Err(ExporterError::Limit { limit }),
            None => Ok(()),
        }
    }
}
