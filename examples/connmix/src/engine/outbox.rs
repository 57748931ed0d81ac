//! What waits to be sent to one client, and how long it took.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::metrics::{Delivery, ENGINE, Protocol, Scenario, Server};
use crate::transport::Writer;

/// Messages that may wait for a client that is slower than its channels; more are lost to it.
const CAPACITY: usize = 64;
/// A client that takes nothing for so long is gone.
const LIMIT: Duration = Duration::from_secs(10);

/// The sending end of a client's messages.
#[derive(Clone)]
pub(super) struct Outbox {
    sender: mpsc::Sender<Outgoing>,
    protocol: Protocol,
}

/// A message to a client. Clones share the text.
pub(super) struct Outgoing {
    text: Arc<str>,
    scenario: Scenario,
    since: Instant,
}

impl Outbox {
    pub(super) fn new(protocol: Protocol) -> (Self, mpsc::Receiver<Outgoing>) {
        let (sender, receiver) = mpsc::channel(CAPACITY);
        (Self { sender, protocol }, receiver)
    }

    /// Leaves a message for the client. One client that does not read must not hold up the others.
    pub(super) fn push(&self, text: Arc<str>, scenario: Scenario) {
        let message = Outgoing {
            text,
            scenario,
            since: Instant::now(),
        };
        if self.sender.try_send(message).is_err() {
            count_error(self.protocol);
        }
    }
}

/// Sends what comes until the connection fails.
pub(super) async fn send_all(
    mut outgoing: mpsc::Receiver<Outgoing>,
    mut writer: impl Writer,
    protocol: Protocol,
) -> io::Result<()> {
    while let Some(message) = outgoing.recv().await {
        let Outgoing {
            text,
            scenario,
            since,
        } = message;
        let sent = match timeout(LIMIT, writer.write(&text)).await {
            Ok(sent) => sent,
            Err(elapsed) => Err(elapsed.into()),
        };
        if let Err(error) = sent {
            count_error(protocol);
            return Err(error);
        }
        let labels = Delivery { protocol, scenario };
        ENGINE
            .send_duration_seconds
            .with(labels)
            .observe(since.elapsed());
        ENGINE.send_messages_total.with(Server { protocol }).inc();
    }
    Ok(())
}

fn count_error(protocol: Protocol) {
    ENGINE.send_errors_total.with(Server { protocol }).inc();
}
