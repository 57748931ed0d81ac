//! A client, from its first message to its last.

use std::collections::HashSet;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use super::outbox::{Outbox, send_all};
use super::{ClientId, Engine};
use crate::metrics::{ENGINE, Protocol, Scenario, Server};
use crate::transport::{Reader, Writer};
use crate::wire::Request;

/// Channels of one client.
const MAX_CHANNELS: usize = 100;

struct Client<'a> {
    id: ClientId,
    engine: &'a Engine,
    outbox: Outbox,
    channels: HashSet<String>,
}

/// Serves a client until it leaves.
pub(super) async fn serve(
    engine: &Engine,
    protocol: Protocol,
    mut reader: impl Reader,
    writer: impl Writer,
) -> io::Result<()> {
    static NEXT_ID: AtomicU64 = AtomicU64::new(1);
    let _connected = ENGINE.clients.in_flight();
    let (outbox, outgoing) = Outbox::new(protocol);
    engine.join();
    let mut client = Client {
        id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
        engine,
        outbox,
        channels: HashSet::new(),
    };
    let read = async {
        while let Some(message) = reader.read().await? {
            ENGINE.read_messages_total.with(Server { protocol }).inc();
            client.take(&message);
        }
        Ok(())
    };
    // Both at once, so that a client that is slow to read is still heard.
    tokio::select! {
        result = read => result,
        result = send_all(outgoing, writer, protocol) => result,
    }
}

impl Client<'_> {
    fn take(&mut self, message: &str) {
        match Request::parse(message) {
            Some(Request::Subscribe(channel)) => {
                if self.channels.len() < MAX_CHANNELS {
                    self.channels.insert(channel.to_owned());
                    let outbox = self.outbox.clone();
                    self.engine.subscribe(self.id, channel, outbox);
                } else {
                    self.refuse("too many channels");
                }
            }
            Some(Request::Unsubscribe(channel)) => {
                self.channels.remove(channel);
                self.engine.unsubscribe(self.id, channel);
            }
            Some(Request::Send { channel, text }) => self.engine.send(self.id, channel, text),
            Some(Request::Clients(_)) | None => self.refuse("no such request"),
        }
    }

    fn refuse(&self, why: &str) {
        let answer = format!("error {why}");
        self.outbox.push(answer.into(), Scenario::Local);
    }
}

impl Drop for Client<'_> {
    fn drop(&mut self) {
        self.engine.leave(self.id, &self.channels);
    }
}
