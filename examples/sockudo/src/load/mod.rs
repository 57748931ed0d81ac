//! Clients of its own, so that the numbers move without anybody else.
//!
//! They speak HTTP and WebSocket as clients from outside do, but through pipes in memory: a thousand of them take no file
//! descriptors. Only what they talk about is invented.

mod publisher;
mod receiver;
mod subscriber;

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio::io::{DuplexStream, duplex};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::server::{self, Server};

pub(crate) use receiver::receive_webhooks;

type Failure = Box<dyn Error + Send + Sync>;
type Socket = WebSocketStream<DuplexStream>;

/// What a pipe holds that nobody has read.
const PIPE_SIZE: usize = 4096;
/// Before a client that is gone comes back.
const PAUSE: Duration = Duration::from_secs(1);

/// Channels that the publisher goes round, each with a share of the clients.
const ROOMS: u32 = 10;
/// The channel of a client that does not read.
const DEAF: &str = "deaf";
/// Keeps its last event.
const NEWS: &str = "cache-news";

/// Starts so many clients of an app, one that does not read, and one that publishes over HTTP.
pub(crate) fn start(server: &Arc<Server>, app: &str, clients: u32) {
    let shared = || (server.clone(), app.to_owned());
    for number in 0..clients {
        let (server, app) = shared();
        keep(format!("client {number}"), move || {
            subscriber::run(server.clone(), app.clone(), number)
        });
    }
    let (server, app) = shared();
    keep("deaf client".into(), move || {
        subscriber::subscribe_and_sleep(server.clone(), app.clone())
    });
    let (server, app) = shared();
    keep("publisher".into(), move || {
        publisher::run(server.clone(), app.clone())
    });
}

/// Runs a client, and another whenever it is done.
fn keep<F>(name: String, client: impl Fn() -> F + Send + 'static)
where
    F: Future<Output = Result<(), Failure>> + Send,
{
    tokio::spawn(async move {
        loop {
            if let Err(error) = client().await {
                eprintln!("load: {name}: {error}");
            }
            sleep(PAUSE).await;
        }
    });
}

/// A connection to the server.
fn connect(server: Arc<Server>) -> DuplexStream {
    let (here, there) = duplex(PIPE_SIZE);
    tokio::spawn(server.serve_connection(there));
    here
}

/// A WebSocket of an app.
async fn open(server: Arc<Server>, app: &str) -> Result<Socket, Failure> {
    let url = format!("ws://localhost/app/{app}");
    let config = Some(server::config());
    let (socket, _) = client_async_with_config(url, connect(server), config).await?;
    Ok(socket)
}

/// Puts an event into the socket's buffer.
async fn say(
    socket: &mut Socket,
    event: &str,
    channel: Option<&str>,
    data: Value,
) -> Result<(), Failure> {
    let text = json!({ "event": event, "channel": channel, "data": data }).to_string();
    Ok(socket.feed(Message::text(text)).await?)
}
