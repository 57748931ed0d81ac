//! Accepts clients and takes each from its greeting to the end of its stream.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::wire::{self, Reply, WireError};
use crate::exit::DialError;
use crate::metrics::SOCKS5;
use crate::stream::Stream;

/// From the greeting to the request; a client that says nothing does not hold a place for longer.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// Clients served at once; the next one waits in the listener's queue.
const MAX_CLIENTS: usize = 1024;
/// After a failed accept, which out of file descriptors would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A user and a password, each of at most 255 bytes as RFC 1929 sends them.
#[derive(Debug)]
pub(crate) struct Credentials {
    user: String,
    password: String,
}

impl Credentials {
    /// Refuses what no client could send.
    pub(crate) fn new(user: String, password: String) -> Result<Self, &'static str> {
        if [&user, &password]
            .iter()
            .any(|part| !(1..=255).contains(&part.len()))
        {
            return Err("`--user` and `--password` must be of 1 to 255 bytes");
        }
        Ok(Self { user, password })
    }
}

/// The listening proxy.
pub(crate) struct Proxy {
    pub(crate) listener: TcpListener,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) dial_timeout: Duration,
}

impl Proxy {
    /// Serves clients until the future is dropped.
    pub(crate) async fn serve(self) {
        let proxy = Arc::new(self);
        let places = Arc::new(Semaphore::new(MAX_CLIENTS));
        loop {
            // Never closed, so there is always a place sooner or later.
            let place = places.clone().acquire_owned().await;
            let (client, address) = match proxy.listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    eprintln!("socks5: cannot accept: {error}");
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let proxy = proxy.clone();
            tokio::spawn(async move {
                if let Err(error) = proxy.serve_client(client).await {
                    eprintln!("socks5 {address}: {error}");
                }
                drop(place);
            });
        }
    }

    async fn serve_client(&self, mut client: TcpStream) -> Result<(), WireError> {
        let _active = SOCKS5.socks5_connections_active.in_flight();
        SOCKS5.socks5_connections_total.inc();
        let handshake = timeout(HANDSHAKE_LIMIT, async {
            match self.authenticate(&mut client).await? {
                true => wire::read_request(&mut client).await.map(Some),
                false => Ok(None),
            }
        });
        let target = match handshake.await {
            Ok(Ok(Some(target))) => target,
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(WireError::Unsupported(reply))) => return Ok(refuse(&mut client, reply).await?),
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(WireError::Io(io::ErrorKind::TimedOut.into())),
        };
        let latency = SOCKS5.socks5_connect_latency_seconds.start_timer();
        match Stream::open(&target, self.dial_timeout).await {
            Ok(stream) => {
                wire::write_reply(&mut client, Reply::Succeeded, stream.local_address()).await?;
                latency.stop();
                stream.relay(client).await;
                Ok(())
            }
            // Counted where it happened.
            Err(error) => {
                refuse(&mut client, reply_to(&error)).await?;
                Ok(())
            }
        }
    }

    /// Whether the client may go on; it has been told.
    async fn authenticate(&self, client: &mut TcpStream) -> Result<bool, WireError> {
        let offered = wire::read_methods(client).await?;
        let wanted = match self.credentials {
            Some(_) => wire::USER_PASSWORD,
            None => wire::NO_AUTHENTICATION,
        };
        if !offered.contains(&wanted) {
            // A client that does not even try to log in has failed to.
            if self.credentials.is_some() {
                SOCKS5.socks5_auth_failures_total.inc();
            }
            wire::write_method(client, wire::NO_ACCEPTABLE_METHOD).await?;
            return Ok(false);
        }
        wire::write_method(client, wanted).await?;
        let Some(credentials) = &self.credentials else {
            return Ok(true);
        };
        let (user, password) = wire::read_login(client).await?;
        let accepted =
            user == credentials.user.as_bytes() && password == credentials.password.as_bytes();
        if !accepted {
            SOCKS5.socks5_auth_failures_total.inc();
        }
        wire::write_login(client, accepted).await?;
        Ok(accepted)
    }
}

async fn refuse(client: &mut TcpStream, reply: Reply) -> io::Result<()> {
    let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    wire::write_reply(client, reply, nowhere).await
}

fn reply_to(error: &DialError) -> Reply {
    match error {
        DialError::Timeout => Reply::TtlExpired,
        DialError::DnsFailed => Reply::HostUnreachable,
        DialError::DialFailed(source) => match source.kind() {
            io::ErrorKind::ConnectionRefused => Reply::ConnectionRefused,
            io::ErrorKind::NetworkUnreachable => Reply::NetworkUnreachable,
            io::ErrorKind::HostUnreachable => Reply::HostUnreachable,
            _ => Reply::GeneralFailure,
        },
    }
}
