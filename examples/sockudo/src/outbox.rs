//! What waits to be written to one client.

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::metrics::{ADAPTER, ChannelType};

/// Messages that may wait for a client that is slower than its channels; more are lost to it.
const CAPACITY: usize = 64;

/// A message to a client. Clones share the text.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) channel_type: ChannelType,
    pub(crate) text: Utf8Bytes,
}

/// The sending end of a client's messages.
#[derive(Clone, Debug)]
pub(crate) struct Outbox(mpsc::Sender<Outgoing>);

impl Outbox {
    pub(crate) fn new() -> (Self, mpsc::Receiver<Outgoing>) {
        let (sender, receiver) = mpsc::channel(CAPACITY);
        (Self(sender), receiver)
    }

    /// Leaves a message for the client. One client that does not read must not hold up the others.
    pub(crate) fn push(&self, message: Outgoing) {
        if self.0.try_send(message).is_err() {
            ADAPTER.adapter_errors_total.inc();
        }
    }
}
