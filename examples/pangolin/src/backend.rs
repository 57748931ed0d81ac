//! The two backends, and whether they are healthy.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};
use tokio::net::TcpSocket;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::http::{call, reply, serve};
use crate::metrics::{BackendError, BackendErrorType, METRICS, SiteBackend};
use crate::site::{Site, Sites};

/// Between two health checks.
const CHECKS: Duration = Duration::from_millis(500);
/// Connections that wait to be accepted.
const QUEUE: u32 = 1024;
/// For a page whose name says so.
const SLOW: Duration = Duration::from_millis(1500);

pub(crate) struct Backend {
    pub(crate) name: &'static str,
    address: SocketAddr,
    healthy: AtomicBool,
}

/// Both, which every resource shares.
pub(crate) struct Backends {
    backends: [Backend; 2],
    turn: AtomicUsize,
    _down: Option<TcpSocket>,
}

impl Backends {
    /// Starts them on free ports. One that is left out keeps its port, on which nobody listens.
    pub(crate) fn start(fail_rate: u8, one_is_down: bool) -> io::Result<Self> {
        let (first, second) = (bound()?, bound()?);
        let backend = |name, socket: &TcpSocket| -> io::Result<Backend> {
            Ok(Backend {
                name,
                address: socket.local_addr()?,
                healthy: AtomicBool::new(false),
            })
        };
        let backends = [
            backend("backend-1", &first)?,
            backend("backend-2", &second)?,
        ];
        let requests = Arc::new(AtomicUsize::new(0));
        let start = |socket: TcpSocket| -> io::Result<()> {
            let (listener, requests) = (socket.listen(QUEUE)?, requests.clone());
            tokio::spawn(serve(listener, move |request| {
                let requests = requests.clone();
                async move { answer(&request, &requests, fail_rate).await }
            }));
            Ok(())
        };
        start(first)?;
        let down = match one_is_down {
            true => Some(second),
            false => {
                start(second)?;
                None
            }
        };
        Ok(Self {
            backends,
            turn: AtomicUsize::new(0),
            _down: down,
        })
    }

    /// The healthy ones in turn.
    pub(crate) fn choose(&self) -> Option<&Backend> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let count = self.backends.len();
        let mut in_turn = (0..count).map(|n| &self.backends[(turn + n) % count]);
        in_turn.find(|backend| backend.healthy.load(Ordering::Relaxed))
    }

    /// Sends a request that no site has asked for.
    pub(crate) async fn fetch(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        let answer = call(self.choose()?.address, request).await.ok()?;
        answer.status().is_success().then_some(answer)
    }

    /// Checks their health for as long as the process runs.
    pub(crate) async fn check(&self, sites: &Sites) {
        let mut ticks = interval(CHECKS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            for backend in &self.backends {
                backend.check(sites).await;
            }
        }
    }
}

impl Backend {
    /// Sends it a request for a site, and counts if there is no answer.
    pub(crate) async fn call(
        &self,
        site: &Site,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, BackendErrorType> {
        let answer = call(self.address, request).await;
        if let Err(error_type) = answer {
            let error = BackendError {
                backend: self.name,
                site_id: &site.id,
                error_type,
            };
            METRICS
                .backend
                .backend_connection_errors_total
                .with(error)
                .inc();
        }
        answer
    }

    /// Each site asks for itself, as it would through its own tunnel.
    async fn check(&self, sites: &Sites) {
        let mut healthy = true;
        for site in sites.all() {
            let mut request = Request::new(Bytes::new());
            *request.uri_mut() = hyper::Uri::from_static("/health");
            let answer = self.call(&site, request).await;
            let up = answer.is_ok_and(|answer| answer.status().is_success());
            healthy &= up;
            let status = SiteBackend {
                backend: self.name,
                site_id: &site.id,
            };
            METRICS
                .backend
                .backend_health_status
                .with(status)
                .set(up.into());
        }
        self.healthy.store(healthy, Ordering::Relaxed);
    }
}

/// A socket with a port that nobody else can have.
fn bound() -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    Ok(socket)
}

/// Gives a body back, or says what was asked for. Every so often it fails, but never at a health check.
async fn answer(
    request: &Request<Bytes>,
    requests: &AtomicUsize,
    fail_rate: u8,
) -> Response<Bytes> {
    let path = request.uri().path();
    if path == "/health" {
        return reply(StatusCode::OK, "healthy\n");
    }
    let rate = usize::from(fail_rate);
    let earlier = requests.fetch_add(1, Ordering::Relaxed);
    // Spreads the failures evenly: each time the share passes another whole one.
    if (earlier + 1) * rate / 100 > earlier * rate / 100 {
        return reply(StatusCode::INTERNAL_SERVER_ERROR, "failed on purpose\n");
    }
    if path.ends_with("/slow") {
        sleep(SLOW).await;
    }
    match request.body() {
        empty if empty.is_empty() => reply(StatusCode::OK, format!("this is {path}\n")),
        body => reply(StatusCode::OK, body.clone()),
    }
}
