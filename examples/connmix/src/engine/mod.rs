//! An engine: its clients subscribe to channels and send to them, over either protocol.

mod client;
mod outbox;
mod server;
mod uplink;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, mpsc};

use crate::metrics::Scenario;
use crate::wire;
use outbox::Outbox;

/// Messages that may wait for the center; more are not forwarded.
const UPLINK: usize = 1024;

type ClientId = u64;

pub(crate) struct Engine {
    state: Mutex<State>,
    /// Raised when there is something new to tell the center about the state.
    changed: Notify,
    uplink: mpsc::Sender<String>,
}

#[derive(Default)]
struct State {
    clients: u32,
    /// Channels with subscribers.
    channels: HashMap<String, HashMap<ClientId, Outbox>>,
}

impl Engine {
    /// Starts an engine of the center that listens there, now or later.
    pub(crate) fn start(center: SocketAddr) -> Arc<Self> {
        let (uplink, messages) = mpsc::channel(UPLINK);
        let engine = Arc::new(Self {
            state: Mutex::default(),
            changed: Notify::new(),
            uplink,
        });
        tokio::spawn(uplink::run(engine.clone(), center, messages));
        engine
    }

    fn join(&self) {
        self.state().clients += 1;
        self.changed.notify_one();
    }

    fn leave(&self, client: ClientId, channels: &HashSet<String>) {
        for channel in channels {
            self.unsubscribe(client, channel);
        }
        self.state().clients -= 1;
        self.changed.notify_one();
    }

    fn subscribe(&self, client: ClientId, channel: &str, outbox: Outbox) {
        let mut state = self.state();
        let subscribers = state.channels.entry(channel.to_owned()).or_default();
        subscribers.insert(client, outbox);
        self.changed.notify_one();
    }

    fn unsubscribe(&self, client: ClientId, channel: &str) {
        let mut state = self.state();
        if let Some(subscribers) = state.channels.get_mut(channel) {
            subscribers.remove(&client);
            if subscribers.is_empty() {
                state.channels.remove(channel);
                self.changed.notify_one();
            }
        }
    }

    /// Sends a client's message to all others in the channel, here and at other engines.
    fn send(&self, from: ClientId, channel: &str, text: &str) {
        self.deliver(channel, text, Scenario::Local, Some(from));
        if self.uplink.try_send(wire::send(channel, text)).is_err() {
            eprintln!("engine: the center is too slow or away: `{channel}` is not forwarded");
        }
    }

    /// Sends a message to the clients of this engine but one.
    fn deliver(&self, channel: &str, text: &str, scenario: Scenario, except: Option<ClientId>) {
        let message: Arc<str> = wire::delivery(channel, text).into();
        for (client, outbox) in self.state().channels.get(channel).into_iter().flatten() {
            if Some(*client) != except {
                outbox.push(message.clone(), scenario);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
