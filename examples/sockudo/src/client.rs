//! A client on its WebSocket, in the words of the Pusher protocol. Subscriptions to private channels are not signed here.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::adapter::SocketId;
use crate::app::{App, message};
use crate::limit::Limiter;
use crate::metrics::{AppLabel, CONNECTIONS, ChannelType, MESSAGES, Sent};
use crate::outbox::{Outbox, Outgoing};

/// A client that has said nothing for so long is asked to ping, as the greeting tells it.
const ACTIVITY_TIMEOUT: u64 = 120;
/// And one that does not is gone.
const IDLE_LIMIT: Duration = Duration::from_secs(ACTIVITY_TIMEOUT + 30);
/// A client that takes nothing for so long is gone too.
const WRITE_LIMIT: Duration = Duration::from_secs(10);
/// Channels of one client.
const MAX_CHANNELS: usize = 100;
/// The longest name of a channel.
const MAX_NAME: usize = 200;

/// Talks with a client until it leaves.
pub(crate) async fn serve<S>(socket: WebSocketStream<S>, app: Arc<App>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    static NEXT_ID: AtomicU64 = AtomicU64::new(1);
    let app_id = || AppLabel { app_id: &app.id };
    let _active = CONNECTIONS.active_connections.with(app_id()).in_flight();
    let _in_app = CONNECTIONS.connections_per_app.with(app_id()).in_flight();
    CONNECTIONS.total_connections.inc();

    let (outbox, outgoing) = Outbox::new();
    let client = Client {
        id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
        limiter: Limiter::new(app.rate_limit),
        app: app.clone(),
        outbox,
        channels: HashSet::new(),
    };
    let id = client.id;
    if let Err(error) = client.talk(socket, outgoing).await {
        CONNECTIONS.connection_errors_total.inc();
        eprintln!("socket {id}: {error}");
    }
}

/// Why a connection ended that nobody has closed.
#[derive(Debug)]
enum TalkError {
    Socket(tungstenite::Error),
    Idle,
    WriteTimeout,
}

impl fmt::Display for TalkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(error) => write!(f, "{error}"),
            Self::Idle => write!(f, "nothing came within {IDLE_LIMIT:?}"),
            Self::WriteTimeout => write!(f, "nothing was read within {WRITE_LIMIT:?}"),
        }
    }
}

impl From<tungstenite::Error> for TalkError {
    fn from(error: tungstenite::Error) -> Self {
        Self::Socket(error)
    }
}

struct Client {
    id: SocketId,
    app: Arc<App>,
    outbox: Outbox,
    channels: HashSet<String>,
    limiter: Limiter,
}

/// What a client says.
#[derive(Deserialize)]
struct Incoming {
    event: String,
    channel: Option<String>,
    #[serde(default)]
    data: Value,
}

/// The codes of `pusher:error` that are used here.
#[derive(Clone, Copy)]
enum Refusal {
    Invalid = 4000,
    NotAllowed = 4009,
    TooFast = 4301,
}

impl Client {
    /// Reads and writes at once, so that a client that is slow to read is still heard.
    async fn talk<S>(
        mut self,
        socket: WebSocketStream<S>,
        outgoing: mpsc::Receiver<Outgoing>,
    ) -> Result<(), TalkError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.say(
            "pusher:connection_established",
            json!({ "socket_id": self.id.to_string(), "activity_timeout": ACTIVITY_TIMEOUT }),
        );
        let (mut sink, stream) = socket.split();
        let app = self.app.clone();
        tokio::select! {
            read = self.read(stream) => read?,
            write = write(&app, &mut sink, outgoing) => write?,
        }
        // Our half of the closing handshake.
        match timeout(WRITE_LIMIT, sink.close()).await {
            Ok(closed) => Ok(closed?),
            Err(_) => Err(TalkError::WriteTimeout),
        }
    }

    /// Until the client closes the connection.
    async fn read<S>(
        &mut self,
        mut stream: SplitStream<WebSocketStream<S>>,
    ) -> Result<(), TalkError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        loop {
            match timeout(IDLE_LIMIT, stream.next()).await {
                Err(_) => return Err(TalkError::Idle),
                Ok(None | Some(Ok(Message::Close(_)))) => return Ok(()),
                Ok(Some(Ok(Message::Text(text)))) => self.take(&text),
                // Pings are answered by the stream.
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(error))) => return Err(error.into()),
            }
        }
    }

    fn take(&mut self, text: &str) {
        MESSAGES.messages_received_total.inc();
        let Ok(Incoming {
            event,
            channel,
            data,
        }) = serde_json::from_str(text)
        else {
            return self.refuse(Refusal::Invalid, "not an event in JSON");
        };
        match (event.as_str(), channel) {
            ("pusher:ping", _) => self.say("pusher:pong", json!({})),
            ("pusher:subscribe", _) => self.subscribe(&data),
            ("pusher:unsubscribe", _) => {
                if let Some(channel) = data["channel"].as_str()
                    && self.channels.remove(channel)
                {
                    self.app.unsubscribe(self.id, channel);
                }
            }
            (event, Some(channel)) if event.starts_with("client-") => {
                self.publish(&channel, event, &data);
            }
            _ => self.refuse(Refusal::Invalid, "unknown event"),
        }
    }

    fn subscribe(&mut self, data: &Value) {
        let channel = match data["channel"].as_str() {
            Some(channel) if (1..=MAX_NAME).contains(&channel.len()) => channel,
            _ => return self.refuse(Refusal::NotAllowed, "no such channel"),
        };
        let member = match ChannelType::of(channel) {
            ChannelType::Presence => match user_id(data) {
                Some(member) => Some(member),
                None => return self.refuse(Refusal::NotAllowed, "no `user_id` in `channel_data`"),
            },
            _ => None,
        };
        if self.channels.len() == MAX_CHANNELS {
            return self.refuse(Refusal::NotAllowed, "too many channels");
        }
        self.channels.insert(channel.to_owned());
        self.app.subscribe(self.id, channel, member, &self.outbox);
    }

    /// An event from this client for the others in a channel.
    fn publish(&self, channel: &str, event: &str, data: &Value) {
        let is_allowed = matches!(
            ChannelType::of(channel),
            ChannelType::Private | ChannelType::Presence
        );
        if !is_allowed || !self.channels.contains(channel) {
            return self.refuse(Refusal::NotAllowed, "not a subscribed private channel");
        }
        if !self.limiter.admit() {
            return self.refuse(Refusal::TooFast, "too many events in this second");
        }
        MESSAGES.client_events_total.inc();
        self.app.publish(channel, event, data, Some(self.id));
    }

    fn refuse(&self, refusal: Refusal, why: &str) {
        let data = json!({ "code": refusal as u16, "message": why });
        self.say("pusher:error", data);
    }

    fn say(&self, event: &str, data: Value) {
        self.outbox.push(message(None, event, &data));
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        for channel in &self.channels {
            self.app.unsubscribe(self.id, channel);
        }
    }
}

async fn write<S>(
    app: &App,
    sink: &mut SplitSink<WebSocketStream<S>, Message>,
    mut outgoing: mpsc::Receiver<Outgoing>,
) -> Result<(), TalkError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(Outgoing { channel_type, text }) = outgoing.recv().await {
        match timeout(WRITE_LIMIT, sink.send(Message::Text(text))).await {
            Ok(sent) => sent?,
            Err(_) => return Err(TalkError::WriteTimeout),
        }
        let sent = Sent {
            app_id: &app.id,
            channel_type,
        };
        MESSAGES.messages_sent_total.with(sent).inc();
    }
    Ok(())
}

/// `channel_data` is JSON in a string.
fn user_id(data: &Value) -> Option<String> {
    let data: Value = serde_json::from_str(data["channel_data"].as_str()?).ok()?;
    data["user_id"].as_str().map(str::to_owned)
}
