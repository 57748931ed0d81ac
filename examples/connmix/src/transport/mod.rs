//! How messages cross a connection: as lines, or in the frames of a WebSocket.

pub(crate) mod lines;
pub(crate) mod websocket;

use std::future::Future;
use std::io;

/// Longer messages end the connection that they come from.
const MAX_LENGTH: usize = 64 * 1024;

/// The half of a connection that messages come from.
pub(crate) trait Reader: Send {
    /// The next message; `None` once the other side has ended the connection. May be cancelled.
    fn read(&mut self) -> impl Future<Output = io::Result<Option<String>>> + Send;
}

/// The half of a connection that messages go to.
pub(crate) trait Writer: Send {
    /// Sends a message; done when the connection has taken all of it.
    fn write(&mut self, message: &str) -> impl Future<Output = io::Result<()>> + Send;
}
