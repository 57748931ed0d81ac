//! A receiver of webhooks that is not always well.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::Failure;

/// One in so many webhooks is answered with an error.
const FAILING: u32 = 10;

/// Listens on a free port, and tells its URL.
pub(crate) async fn receive_webhooks() -> Result<Uri, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = format!("http://{}/", listener.local_addr()?).parse()?;
    tokio::spawn(async move {
        let received = Arc::new(AtomicU32::new(0));
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    eprintln!("load: receiver: {error}");
                    return;
                }
            };
            let received = received.clone();
            let service = service_fn(move |_: Request<Incoming>| {
                let mut response = Response::new(Empty::<Bytes>::new());
                *response.status_mut() = match received.fetch_add(1, Ordering::Relaxed) % FAILING {
                    0 => StatusCode::INTERNAL_SERVER_ERROR,
                    _ => StatusCode::NO_CONTENT,
                };
                async move { Ok::<_, Infallible>(response) }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    eprintln!("load: receiver: {error}");
                }
            });
        }
    });
    Ok(url)
}
