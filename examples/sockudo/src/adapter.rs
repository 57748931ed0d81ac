//! The adapter: which clients of an app are subscribed to which channels. Sockudo's may reach the clients of other nodes; this
//! one knows those of this process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::metrics::{ADAPTER, CHANNELS};
use crate::outbox::{Outbox, Outgoing};

pub(crate) type SocketId = u64;

#[derive(Default)]
pub(crate) struct Adapter(Mutex<HashMap<String, Channel>>);

/// Those who are subscribed to a channel.
type Channel = HashMap<SocketId, Subscriber>;

/// A client in a channel.
pub(crate) struct Subscriber {
    pub(crate) outbox: Outbox,
    /// Who it is, in a presence channel.
    pub(crate) member: Option<String>,
}

/// What a change of a channel's subscribers means to others.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// The first subscriber came, or the last one left.
    pub(crate) channel: bool,
    /// A member of a presence channel came with its first client, or left with its last one.
    pub(crate) member: Option<String>,
}

impl Adapter {
    /// Adds a client to a channel; `None` if it is there already.
    pub(crate) fn subscribe(
        &self,
        channel: &str,
        socket: SocketId,
        subscriber: Subscriber,
    ) -> Option<Change> {
        self.operate(|channels| {
            let channel = channels.entry(channel.to_owned()).or_default();
            if channel.contains_key(&socket) {
                return None;
            }
            let change = Change {
                channel: channel.is_empty(),
                member: newcomer(channel, &subscriber),
            };
            channel.insert(socket, subscriber);
            CHANNELS.channel_subscriptions_total.inc();
            CHANNELS.active_channels.inc_by(i64::from(change.channel));
            CHANNELS
                .presence_members
                .inc_by(i64::from(change.member.is_some()));
            Some(change)
        })
    }

    /// Takes a client out of a channel; `None` if it is not there.
    pub(crate) fn unsubscribe(&self, channel: &str, socket: SocketId) -> Option<Change> {
        self.operate(|channels| {
            let subscribers = channels.get_mut(channel)?;
            let subscriber = subscribers.remove(&socket)?;
            let change = Change {
                channel: subscribers.is_empty(),
                member: newcomer(subscribers, &subscriber),
            };
            if change.channel {
                channels.remove(channel);
            }
            CHANNELS.channel_unsubscriptions_total.inc();
            CHANNELS.active_channels.dec_by(i64::from(change.channel));
            CHANNELS
                .presence_members
                .dec_by(i64::from(change.member.is_some()));
            Some(change)
        })
    }

    /// Leaves a message for everybody in a channel but one.
    pub(crate) fn broadcast(&self, channel: &str, message: &Outgoing, except: Option<SocketId>) {
        self.operate(|channels| {
            for (socket, subscriber) in channels.get(channel).into_iter().flatten() {
                if Some(*socket) != except {
                    subscriber.outbox.push(message.clone());
                }
            }
        });
    }

    /// The members of a presence channel, each once.
    pub(crate) fn members(&self, channel: &str) -> Vec<String> {
        self.operate(|channels| {
            let subscribers = channels.get(channel).into_iter().flatten();
            let mut members: Vec<_> = subscribers
                .filter_map(|(_, subscriber)| subscriber.member.clone())
                .collect();
            members.sort();
            members.dedup();
            members
        })
    }

    /// How many clients each channel has.
    pub(crate) fn counts(&self) -> Vec<(String, usize)> {
        self.operate(|channels| {
            channels
                .iter()
                .map(|(name, subscribers)| (name.clone(), subscribers.len()))
                .collect()
        })
    }

    fn operate<R>(&self, operation: impl FnOnce(&mut HashMap<String, Channel>) -> R) -> R {
        ADAPTER.adapter_operations_total.inc();
        // With the time to wait for the lock.
        let _latency = ADAPTER.adapter_latency_seconds.start_timer();
        operation(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The member that a client stands for, unless another client of the channel does too.
fn newcomer(channel: &Channel, subscriber: &Subscriber) -> Option<String> {
    let member = subscriber.member.as_ref()?;
    let is_known = channel
        .values()
        .any(|other| other.member.as_ref() == Some(member));
    (!is_known).then(|| member.clone())
}
