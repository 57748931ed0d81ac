//! A client on a WebSocket.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket, client};

/// Longer than any answer takes.
const LIMIT: Duration = Duration::from_secs(30);

pub(crate) struct Client(WebSocket<TcpStream>);

impl Client {
    /// Connects and is greeted.
    pub(crate) fn connect(api: &str, app: &str) -> Self {
        let stream = TcpStream::connect(api).expect("the server listens");
        let limited = stream.set_read_timeout(Some(LIMIT));
        limited.expect("a limit above zero");
        let url = format!("ws://{api}/app/{app}");
        let (socket, _) = client(url, stream).expect("a handshake");
        let mut client = Self(socket);
        client.hear("pusher:connection_established");
        client
    }

    pub(crate) fn say(&mut self, event: &str, channel: Option<&str>, data: Value) {
        let message = json!({ "event": event, "channel": channel, "data": data });
        let sent = self.0.send(Message::text(message.to_string()));
        sent.expect("the server reads");
    }

    /// The next message.
    pub(crate) fn next(&mut self) -> Value {
        let message = self.0.read().expect("a message");
        let text = message.to_text().expect("text");
        serde_json::from_str(text).expect("JSON")
    }

    /// The next message, which has to be this event.
    #[track_caller]
    pub(crate) fn hear(&mut self, event: &str) -> Value {
        let message = self.next();
        assert_eq!(message["event"], event, "{message}");
        message
    }

    /// Subscribes with these data beside the channel's name; gives the answer.
    pub(crate) fn subscribe(&mut self, channel: &str, mut data: Value) -> Value {
        data["channel"] = json!(channel);
        self.say("pusher:subscribe", None, data);
        self.hear("pusher_internal:subscription_succeeded")
    }

    /// Says goodbye and waits for the answer.
    pub(crate) fn close(mut self) {
        self.0.close(None).expect("an open connection");
        loop {
            match self.0.read() {
                Ok(_) => {}
                Err(Error::ConnectionClosed) => return,
                Err(error) => panic!("{error}"),
            }
        }
    }
}
