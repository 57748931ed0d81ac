//! One connection, from the accepted stream to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::race::{First, race};
use super::service::unavailable;
use super::write_timeout::WriteTimeout;
use super::{Exporter, ServeError};

/// Request line and headers; a scraper sends a few hundred bytes.
const MAX_HEADER_SIZE: usize = 16 * 1024;

/// Longer times overflow the clock, and nobody waits for longer.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

#[derive(Clone, Copy)]
pub(super) struct Timeouts {
    pub(super) header: Duration,
    pub(super) write: Duration,
}

/// Whether a connection is served or told to come back later.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Admission {
    Served,
    Refused,
}

pub(super) struct Connection {
    pub(super) exporter: Exporter,
    pub(super) stream: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) timeouts: Timeouts,
    pub(super) admission: Admission,
}

impl Connection {
    /// Serves until the client closes, or until `stop` says so and the request in flight is answered.
    pub(super) async fn run(self, mut stop: watch::Receiver<bool>) {
        let Self {
            exporter,
            stream,
            peer,
            timeouts,
            admission,
        } = self;
        let served = admission == Admission::Served;
        let service = service_fn(|request| {
            let answer = served.then(|| Service::call(&exporter, request));
            async {
                match answer {
                    Some(answer) => answer.await,
                    None => Ok::<_, Infallible>(unavailable("too many connections; try again\n")),
                }
            }
        });
        let io = WriteTimeout::new(TokioIo::new(stream), timeouts.write);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(timeouts.header.min(FOREVER))
            .max_header_size(MAX_HEADER_SIZE)
            .keep_alive(served)
            // `nc -N` and some probes close their side once they have asked.
            .half_close(true)
            .serve_connection(io, service);
        let mut connection = pin!(connection);
        let stopped = async { drop(stop.wait_for(|stop| *stop).await) };
        let ended = match race(connection.as_mut(), stopped).await {
            First::Left(ended) => ended,
            First::Right(()) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        // A timeout is a slow client or, far more often, a scraper that will not come again before it.
        if let Err(error) = ended
            && !error.is_timeout()
        {
            exporter.report(&ServeError::Connection {
                peer,
                source: error.into(),
            });
        }
    }
}
