//! Requests to oneself, so that the numbers move.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::HOST;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{MissedTickBehavior, interval};

/// Between two requests.
const PAUSE: Duration = Duration::from_millis(5);

/// No multiple of the number of methods that take turns, so that each key gets each of them.
const KEYS: usize = 97;

/// Writes, reads and deletes keys over one connection, for as long as the server answers.
pub(crate) async fn run(server: SocketAddr) -> Result<(), Box<dyn Error + Send + Sync>> {
    let stream = TcpStream::connect(server).await?;
    let (mut client, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut pause = interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for n in 0_usize.. {
        pause.tick().await;
        let (method, size) = match n % 10 {
            0..3 => (Method::PUT, n * 31 % 4000),
            3 => (Method::DELETE, 0),
            // Not allowed, and counted as such.
            4 => (Method::PATCH, 0),
            _ => (Method::GET, 0),
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("/keys/{}", n % KEYS))
            .header(HOST, server.to_string())
            .body(Full::new(Bytes::from(vec![b'x'; size])))?;
        client.ready().await?;
        client
            .send_request(request)
            .await?
            .into_body()
            .collect()
            .await?;
    }
    Ok(())
}
