//! One text frame for each message.

use std::io;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_async_with_config};

use super::{MAX_LENGTH, Reader, Writer};

/// Of each connection; a multiple of most messages.
const READ_BUFFER: usize = 4096;

type Halves<S> = (
    SplitStream<WebSocketStream<S>>,
    SplitSink<WebSocketStream<S>, Message>,
);

/// The two halves of a connection, once the client has asked for a WebSocket.
pub(crate) async fn accept<S>(stream: S) -> io::Result<Halves<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let socket = accept_async_with_config(stream, Some(config())).await;
    let (writer, reader) = socket.map_err(io_error)?.split();
    Ok((reader, writer))
}

/// Of a WebSocket at either end.
pub(crate) fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .max_message_size(Some(MAX_LENGTH))
        .read_buffer_size(READ_BUFFER)
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Reader for SplitStream<WebSocketStream<S>> {
    async fn read(&mut self) -> io::Result<Option<String>> {
        loop {
            match self.next().await.transpose().map_err(io_error)? {
                Some(Message::Text(text)) => return Ok(Some(text.to_string())),
                None | Some(Message::Close(_)) => return Ok(None),
                // Pings are answered by the stream.
                Some(_) => {}
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Writer for SplitSink<WebSocketStream<S>, Message> {
    async fn write(&mut self, message: &str) -> io::Result<()> {
        self.send(Message::text(message)).await.map_err(io_error)
    }
}

fn io_error(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        error => io::Error::other(error),
    }
}
