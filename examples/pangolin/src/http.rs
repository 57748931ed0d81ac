//! HTTP with whole bodies, as a server and as a client.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, TRANSFER_ENCODING};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, StatusCode, client, server};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use crate::metrics::BackendErrorType;

const MAX_BODY: usize = 1024 * 1024;
/// For the headers of a request.
const HEADER_LIMIT: Duration = Duration::from_secs(10);
/// For a whole call.
const CALL_LIMIT: Duration = Duration::from_secs(2);
/// After a failed accept, which out of file descriptors would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Answers requests until the future is dropped.
pub(crate) async fn serve<F>(
    listener: TcpListener,
    answer: impl Fn(Request<Bytes>) -> F + Clone + Send + 'static,
) where
    F: Future<Output = Response<Bytes>> + Send + 'static,
{
    loop {
        let (stream, _) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                eprintln!("cannot accept: {error}");
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let answer = answer.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let answer = answer.clone();
            async move {
                let (head, body) = request.into_parts();
                let response = match Limited::new(body, MAX_BODY).collect().await {
                    Ok(body) => answer(Request::from_parts(head, body.to_bytes())).await,
                    Err(_) => reply(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large\n"),
                };
                Ok::<_, Infallible>(response.map(Full::new))
            }
        });
        tokio::spawn(async move {
            let connection = server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER_LIMIT)
                .serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                eprintln!("connection: {error}");
            }
        });
    }
}

/// Sends a request on a connection of its own.
pub(crate) async fn call(
    server: SocketAddr,
    mut request: Request<Bytes>,
) -> Result<Response<Bytes>, BackendErrorType> {
    let exchange = async {
        let stream = TcpStream::connect(server)
            .await
            .map_err(|_| BackendErrorType::Connect)?;
        let (mut client, connection) = client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|_| BackendErrorType::Broken)?;
        tokio::spawn(connection);
        remove_hop_headers(request.headers_mut());
        let response = client
            .send_request(request.map(Full::new))
            .await
            .map_err(|_| BackendErrorType::Broken)?;
        let (mut head, body) = response.into_parts();
        remove_hop_headers(&mut head.headers);
        match Limited::new(body, MAX_BODY).collect().await {
            Ok(body) => Ok(Response::from_parts(head, body.to_bytes())),
            Err(_) => Err(BackendErrorType::Broken),
        }
    };
    match timeout(CALL_LIMIT, exchange).await {
        Ok(outcome) => outcome,
        Err(_) => Err(BackendErrorType::Timeout),
    }
}

/// Takes out what is said to the next hop and to no other.
fn remove_hop_headers(headers: &mut HeaderMap) {
    headers.remove(CONNECTION);
    headers.remove(TRANSFER_ENCODING);
}

pub(crate) fn reply(status: StatusCode, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
}
