//! Connections: each speaks HTTP/1.1, and becomes a WebSocket if it asks for one at `/app/ID`.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, upgrade};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::app::App;
use crate::metrics::CONNECTIONS;
use crate::{api, client};

const HEADER_LIMIT: Duration = Duration::from_secs(10);
/// After a failed accept, which out of file descriptors would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
const MAX_MESSAGE: usize = 64 * 1024;
/// Of each connection; a multiple of most messages.
const READ_BUFFER: usize = 4096;

/// The apps, by their ids.
pub(crate) struct Server(HashMap<String, Arc<App>>);

impl Server {
    pub(crate) fn new(apps: impl IntoIterator<Item = App>) -> Self {
        let apps = apps.into_iter().map(|app| (app.id.clone(), Arc::new(app)));
        Self(apps.collect())
    }

    /// Accepts connections until the future is dropped.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(self.clone().serve_connection(stream));
                }
                Err(error) => {
                    eprintln!("api: cannot accept: {error}");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Serves one connection to its end.
    pub(crate) async fn serve_connection<S>(self: Arc<Self>, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = service_fn(move |request| {
            let server = self.clone();
            async move { Ok::<_, Infallible>(server.answer(request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_LIMIT)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        match connection.await {
            Ok(()) => {}
            // A client that keeps its connection and has nothing more to ask.
            Err(error) if error.is_timeout() => {}
            Err(error) => {
                CONNECTIONS.connection_errors_total.inc();
                eprintln!("connection: {error}");
            }
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path().to_owned();
        if let Some(id) = path.strip_prefix("/app/") {
            return self.open(id, request);
        }
        let path = path.strip_prefix("/apps/").unwrap_or_default();
        // The second part keeps its slash.
        let (id, path) = path.split_at(path.find('/').unwrap_or(path.len()));
        let app = self.0.get(id).map(Arc::as_ref);
        api::answer(app, path, request).await
    }

    /// Turns the connection into the WebSocket of a client.
    fn open(&self, id: &str, mut request: Request<Incoming>) -> Response<Full<Bytes>> {
        let Some(app) = self.0.get(id).cloned() else {
            return refuse(StatusCode::NOT_FOUND);
        };
        let Ok(response) = create_response_with_body(&request, Full::default) else {
            return refuse(StatusCode::UPGRADE_REQUIRED);
        };
        let upgraded = upgrade::on(&mut request);
        tokio::spawn(async move {
            match upgraded.await {
                Ok(stream) => {
                    let stream = TokioIo::new(stream);
                    let socket =
                        WebSocketStream::from_raw_socket(stream, Role::Server, Some(config()));
                    client::serve(socket.await, app).await;
                }
                Err(error) => {
                    CONNECTIONS.connection_errors_total.inc();
                    eprintln!("websocket: {error}");
                }
            }
        });
        response
    }
}

fn refuse(status: StatusCode) -> Response<Full<Bytes>> {
    CONNECTIONS.connection_errors_total.inc();
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

/// Of a WebSocket at either end.
pub(crate) fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE))
        .read_buffer_size(READ_BUFFER)
}
