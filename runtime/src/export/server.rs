//! The listener: accepts connections, so many at a time, and ends them when told to.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::connection::{Admission, Connection, Timeouts};
use super::race::race;
use super::{Exporter, ExporterError, ServeError};

/// How many connections beyond the limit are answered with 503. What comes beyond these is closed at once.
const REFUSALS: usize = 64;

/// The first pause after a failed accept; each further one is twice as long, up to [`LONGEST_PAUSE`].
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);

/// A freed file descriptor is noticed within this time.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
pub(super) struct ServerLimits {
    pub(super) max_connections: usize,
    pub(super) timeouts: Timeouts,
    pub(super) shutdown_timeout: Duration,
}

/// An exporter that listens. From [`ExporterBuilder::listen`](super::ExporterBuilder::listen).
///
/// Clients can connect from now on; they are answered once it serves.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
///
/// use metricset::Exporter;
/// use tokio::sync::Notify;
///
/// let server = Exporter::builder().bind("127.0.0.1:0").listen().await?;
/// println!("listening on http://{}/metrics", server.local_addr());
///
/// let stop = Arc::new(Notify::new());
/// let stopped = stop.clone();
/// let serving = tokio::spawn(server.serve_until(async move { stopped.notified().await }));
/// stop.notify_one();
/// serving.await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nobody is answered before `serve` or `serve_until`"]
pub struct Server {
    exporter: Exporter,
    listener: TcpListener,
    local_addr: SocketAddr,
    limits: ServerLimits,
}

impl Server {
    pub(super) async fn listen(
        exporter: Exporter,
        address: &str,
        limits: ServerLimits,
    ) -> Result<Self, ExporterError> {
        let resolved: Vec<_> = tokio::net::lookup_host(address)
            .await
            .map_err(|source| ExporterError::Resolve {
                address: address.to_owned(),
                source,
            })?
            .collect();
        let bound = async {
            let listener = TcpListener::bind(&*resolved).await?;
            let local_addr = listener.local_addr()?;
            Ok((listener, local_addr))
        };
        let (listener, local_addr) = bound.await.map_err(|source| ExporterError::Bind {
            address: address.to_owned(),
            source,
        })?;
        Ok(Self {
            exporter,
            listener,
            local_addr,
            limits,
        })
    }

    /// The address that clients connect to, with the port that the system chose if port 0 was asked for.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves for as long as the future is polled. Dropping it closes every connection at once.
    pub async fn serve(self) {
        self.serve_until(std::future::pending()).await;
    }

    /// Serves until `shutdown` is done. Then nothing new is accepted, idle connections are closed, and scrapes in flight are
    /// finished, for at most [`shutdown_timeout`](super::ExporterBuilder::shutdown_timeout).
    ///
    /// A collector that never returns holds one of tokio's blocking threads; end the runtime with
    /// [`shutdown_timeout`](tokio::runtime::Runtime::shutdown_timeout) if that may happen.
    pub async fn serve_until(self, shutdown: impl Future<Output = ()>) {
        let (stop, stopping) = watch::channel(false);
        let mut connections = JoinSet::new();
        race(self.accept_all(&mut connections, &stopping), shutdown).await;

        let Self {
            exporter,
            listener,
            limits,
            ..
        } = self;
        drop(listener);
        // Fails if no connection is left to be told.
        let _ = stop.send(true);
        let drained = async { while connections.join_next().await.is_some() {} };
        let drained = tokio::time::timeout(limits.shutdown_timeout, drained).await;
        if drained.is_err() {
            exporter.report(&ServeError::ShutdownTimeout {
                connections: connections.len(),
            });
            connections.shutdown().await;
        }
    }

    async fn accept_all(
        &self,
        connections: &mut JoinSet<()>,
        stopping: &watch::Receiver<bool>,
    ) -> Infallible {
        let limit = self.limits.max_connections.min(Semaphore::MAX_PERMITS);
        let served = Arc::new(Semaphore::new(limit));
        let refused = Arc::new(Semaphore::new(REFUSALS));
        let mut pause = SHORTEST_PAUSE;
        loop {
            let (stream, peer) = match self.listener.accept().await {
                Ok(accepted) => accepted,
                // The client gave up before it was its turn. Each of these takes one off the queue, so this cannot spin.
                Err(error) if is_of_the_client(&error) => continue,
                Err(source) => {
                    // The connection is still in the queue, and accepting it would fail at once again.
                    self.exporter.report(&ServeError::Accept { source, pause });
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    continue;
                }
            };
            pause = SHORTEST_PAUSE;
            // Those that ended. What one of them panicked with, the panic hook has told.
            while connections.try_join_next().is_some() {}

            let served = Arc::clone(&served).try_acquire_owned();
            let (place, admission) = match served {
                Ok(place) => (place, Admission::Served),
                Err(_) => {
                    self.exporter
                        .report(&ServeError::TooManyConnections { peer });
                    match Arc::clone(&refused).try_acquire_owned() {
                        Ok(place) => (place, Admission::Refused),
                        Err(_) => continue,
                    }
                }
            };
            // Responses are written whole. If the socket does not take the option, they only come later.
            let _ = stream.set_nodelay(true);
            let connection = Connection {
                exporter: self.exporter.clone(),
                stream,
                peer,
                timeouts: self.limits.timeouts,
                admission,
            };
            let stopping = stopping.clone();
            connections.spawn(async move {
                connection.run(stopping).await;
                drop(place);
            });
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("local_addr", &self.local_addr)
            .finish_non_exhaustive()
    }
}

fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}
