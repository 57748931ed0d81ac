//! Clients of its own, so that the numbers move without anybody else, and a second engine.
//!
//! The clients speak both protocols as clients from outside do, but through pipes in memory. The other engine is simulated: it
//! registers with the center over TCP like any other and sends, but its clients do not exist.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, duplex};
use tokio::net::TcpStream;
use tokio::time::{interval, sleep};
use tokio_tungstenite::client_async_with_config;

use crate::engine::Engine;
use crate::transport::{Reader, Writer, lines, websocket};
use crate::wire;

/// What a pipe holds that nobody has read.
const PIPE_SIZE: usize = 4096;
/// That of a client which never reads.
const SHORT_PIPE: usize = 256;
/// Clients of each protocol.
const CLIENTS: u32 = 2;
/// Clients of the engine that does not have any.
const INVENTED_CLIENTS: u32 = 2;
/// Everybody is here.
const ROOM: &str = "room";
const TICK: Duration = Duration::from_millis(200);
/// Longer than an engine waits for a client that does not read.
const SLEEP: Duration = Duration::from_secs(15);
/// Before what has ended starts again.
const PAUSE: Duration = Duration::from_secs(1);

/// Starts clients of the engine, and another engine of its center.
pub(crate) fn start(engine: &Arc<Engine>, center: SocketAddr) {
    for number in 0..CLIENTS {
        let here = engine.clone();
        keep("socket client", move || {
            let (reader, writer) = lines::split(socket(&here, PIPE_SIZE));
            talk(reader, writer, number)
        });
        let here = engine.clone();
        keep("websocket client", move || {
            let stream = websocket_stream(&here);
            async move {
                let config = Some(websocket::config());
                let opened = client_async_with_config("ws://localhost/", stream, config).await;
                let (socket, _) = opened.map_err(io::Error::other)?;
                let (writer, reader) = socket.split();
                talk(reader, writer, number).await
            }
        });
    }
    let here = engine.clone();
    keep("deaf client", move || {
        subscribe_and_sleep(socket(&here, SHORT_PIPE))
    });
    keep("other engine", move || register(center));
}

/// Runs something, and again whenever it has ended.
fn keep<F>(name: &'static str, run: impl Fn() -> F + Send + 'static)
where
    F: Future<Output = io::Result<()>> + Send,
{
    tokio::spawn(async move {
        loop {
            if let Err(error) = run().await {
                eprintln!("load: {name}: {error}");
            }
            sleep(PAUSE).await;
        }
    });
}

fn socket(engine: &Arc<Engine>, size: usize) -> DuplexStream {
    let (here, there) = duplex(size);
    attend(engine.clone().serve_socket(there));
    here
}

fn websocket_stream(engine: &Arc<Engine>) -> DuplexStream {
    let (here, there) = duplex(PIPE_SIZE);
    attend(engine.clone().serve_websocket(there));
    here
}

/// The engine's end of a pipe.
fn attend(client: impl Future<Output = io::Result<()>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(error) = client.await {
            eprintln!("load: engine: {error}");
        }
    });
}

/// Sends to the room and reads what the others send, and now and then has a channel of its own.
async fn talk(mut reader: impl Reader, mut writer: impl Writer, number: u32) -> io::Result<()> {
    writer.write(&wire::subscribe(ROOM)).await?;
    let own = format!("room-{number}");
    let mut ticks = interval(TICK);
    let mut round = 0_u32;
    loop {
        tokio::select! {
            message = reader.read() => {
                message?.ok_or(io::ErrorKind::UnexpectedEof)?;
            }
            _ = ticks.tick() => {
                round += 1;
                writer.write(&wire::send(ROOM, &round.to_string())).await?;
                match round % 10 {
                    0 => writer.write(&wire::subscribe(&own)).await?,
                    5 => writer.write(&wire::unsubscribe(&own)).await?,
                    _ => {}
                }
            }
        }
    }
}

/// Subscribes to the room and never reads what comes.
async fn subscribe_and_sleep(stream: impl AsyncRead + AsyncWrite + Send) -> io::Result<()> {
    let (_reader, mut writer) = lines::split(stream);
    writer.write(&wire::subscribe(ROOM)).await?;
    sleep(SLEEP).await;
    Ok(())
}

/// Registers with the center as an engine does, and sends to the room.
async fn register(center: SocketAddr) -> io::Result<()> {
    let (mut reader, mut writer) = lines::split(TcpStream::connect(center).await?);
    writer.write(&wire::clients(INVENTED_CLIENTS)).await?;
    writer.write(&wire::subscribe(ROOM)).await?;
    let mut ticks = interval(TICK);
    loop {
        tokio::select! {
            message = reader.read() => {
                message?.ok_or(io::ErrorKind::UnexpectedEof)?;
            }
            _ = ticks.tick() => writer.write(&wire::send(ROOM, "from afar")).await?,
        }
    }
}
