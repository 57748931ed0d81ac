//! The two servers of an engine, one for each protocol.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use super::{Engine, client};
use crate::metrics::Protocol;
use crate::transport::{lines, websocket};

/// A client that does not ask for a WebSocket does not hold a connection for longer.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// After a failed accept, which out of file descriptors would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

impl Engine {
    /// Accepts clients that send lines, until the future is dropped.
    pub(crate) async fn serve_sockets(self: Arc<Self>, listener: TcpListener) {
        accept(listener, |stream| self.clone().serve_socket(stream)).await;
    }

    /// Accepts clients on WebSockets, until the future is dropped.
    pub(crate) async fn serve_websockets(self: Arc<Self>, listener: TcpListener) {
        accept(listener, |stream| self.clone().serve_websocket(stream)).await;
    }

    /// Serves a client that sends lines.
    pub(crate) async fn serve_socket<S>(self: Arc<Self>, stream: S) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Send,
    {
        let (reader, writer) = lines::split(stream);
        client::serve(&self, Protocol::Socket, reader, writer).await
    }

    /// Serves a client on a WebSocket.
    pub(crate) async fn serve_websocket<S>(self: Arc<Self>, stream: S) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let (reader, writer) = timeout(HANDSHAKE_LIMIT, websocket::accept(stream)).await??;
        client::serve(&self, Protocol::WebSocket, reader, writer).await
    }
}

async fn accept<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F)
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                let client = serve(stream);
                tokio::spawn(async move {
                    if let Err(error) = client.await {
                        eprintln!("client {address}: {error}");
                    }
                });
            }
            Err(error) => {
                eprintln!("engine: cannot accept: {error}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
