//! The engine's end of its connection to the center.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::{Engine, State};
use crate::metrics::Scenario;
use crate::transport::{Reader, Writer, lines};
use crate::wire;

/// Between the end of a connection and the next attempt.
const RECONNECT: Duration = Duration::from_millis(500);

/// Keeps the engine registered for as long as the future is polled.
pub(super) async fn run(
    engine: Arc<Engine>,
    center: SocketAddr,
    mut messages: mpsc::Receiver<String>,
) {
    loop {
        if let Err(error) = talk(&engine, center, &mut messages).await {
            eprintln!("center {center}: {error}");
        }
        sleep(RECONNECT).await;
        // What was sent meanwhile is old news.
        while messages.try_recv().is_ok() {}
    }
}

async fn talk(
    engine: &Engine,
    center: SocketAddr,
    messages: &mut mpsc::Receiver<String>,
) -> io::Result<()> {
    let (mut reader, mut writer) = lines::split(TcpStream::connect(center).await?);
    let read = async {
        while let Some(message) = reader.read().await? {
            let (channel, text) =
                wire::parse_delivery(&message).ok_or(io::ErrorKind::InvalidData)?;
            engine.deliver(channel, text, Scenario::Forward, None);
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    };
    let write = async {
        let mut told = Told::default();
        loop {
            let news = told.news(&engine.state());
            for line in news {
                writer.write(&line).await?;
            }
            tokio::select! {
                () = engine.changed.notified() => {}
                Some(message) = messages.recv() => writer.write(&message).await?,
            }
        }
    };
    tokio::select! {
        result = read => result,
        result = write => result,
    }
}

/// What the center knows of this engine.
#[derive(Default)]
struct Told {
    clients: u32,
    channels: HashSet<String>,
}

impl Told {
    /// What it does not know yet.
    fn news(&mut self, state: &State) -> Vec<String> {
        let mut news = Vec::new();
        if self.clients != state.clients {
            self.clients = state.clients;
            news.push(wire::clients(state.clients));
        }
        self.channels.retain(|channel| {
            let is_there = state.channels.contains_key(channel);
            if !is_there {
                news.push(wire::unsubscribe(channel));
            }
            is_there
        });
        for channel in state.channels.keys() {
            if self.channels.insert(channel.clone()) {
                news.push(wire::subscribe(channel));
            }
        }
        news
    }
}
