//! Apps: each has channels, limits and a cache of its own.

use std::sync::Arc;

use metricset::LabelEnum;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::adapter::{Adapter, SocketId, Subscriber};
use crate::cache::Cache;
use crate::limit::Limiter;
use crate::metrics::{AppLabel, CONNECTIONS, ChannelType, MESSAGES, Sent};
use crate::outbox::{Outbox, Outgoing};
use crate::webhook::Webhooks;

pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) adapter: Adapter,
    cache: Cache,
    webhooks: Arc<Webhooks>,
    /// Of what comes over HTTP.
    pub(crate) limiter: Limiter,
    /// Events that a client may publish in a second.
    pub(crate) rate_limit: u32,
}

impl App {
    pub(crate) fn new(id: String, rate_limit: u32, webhooks: Arc<Webhooks>) -> Self {
        // The series that this app will have are there from the start, so that the first event of each kind shows in a rate.
        let app_id = id.as_str();
        CONNECTIONS.active_connections.with(AppLabel { app_id });
        CONNECTIONS.connections_per_app.with(AppLabel { app_id });
        for channel_type in ChannelType::VALUES
            .iter()
            .copied()
            .filter_map(ChannelType::from_value)
        {
            MESSAGES.messages_sent_total.with(Sent {
                app_id,
                channel_type,
            });
        }
        Self {
            id,
            adapter: Adapter::default(),
            cache: Cache::default(),
            webhooks,
            limiter: Limiter::new(rate_limit),
            rate_limit,
        }
    }

    /// Sends an event to everybody in a channel but one.
    pub(crate) fn publish(
        &self,
        channel: &str,
        event: &str,
        data: &Value,
        except: Option<SocketId>,
    ) {
        MESSAGES.broadcast_messages_total.inc();
        let message = message(Some(channel), event, data);
        if let ChannelType::Cache = message.channel_type {
            self.cache.put(channel, message.text.clone());
        }
        self.adapter.broadcast(channel, &message, except);
    }

    /// Adds a client to a channel and tells everybody whom it concerns.
    pub(crate) fn subscribe(
        &self,
        socket: SocketId,
        channel: &str,
        member: Option<String>,
        outbox: &Outbox,
    ) {
        let subscriber = Subscriber {
            outbox: outbox.clone(),
            member,
        };
        let Some(change) = self.adapter.subscribe(channel, socket, subscriber) else {
            return;
        };
        let data = match ChannelType::of(channel) {
            ChannelType::Presence => {
                let members = self.adapter.members(channel);
                json!({ "presence": { "count": members.len(), "ids": members } })
            }
            _ => json!({}),
        };
        let succeeded = "pusher_internal:subscription_succeeded";
        outbox.push(message(Some(channel), succeeded, &data));
        if let ChannelType::Cache = ChannelType::of(channel) {
            outbox.push(match self.cache.get(channel) {
                Some(text) => Outgoing {
                    channel_type: ChannelType::Cache,
                    text,
                },
                None => message(Some(channel), "pusher:cache_miss", &Value::Null),
            });
        }
        if change.channel {
            self.webhooks.send("channel_occupied", channel);
        }
        self.tell_members(channel, "member_added", change.member, socket);
    }

    /// Takes a client out of a channel and tells everybody whom it concerns.
    pub(crate) fn unsubscribe(&self, socket: SocketId, channel: &str) {
        let Some(change) = self.adapter.unsubscribe(channel, socket) else {
            return;
        };
        if change.channel {
            self.webhooks.send("channel_vacated", channel);
        }
        self.tell_members(channel, "member_removed", change.member, socket);
    }

    fn tell_members(&self, channel: &str, what: &str, member: Option<String>, except: SocketId) {
        if let Some(member) = member {
            let event = format!("pusher_internal:{what}");
            let message = message(Some(channel), &event, &json!({ "user_id": member }));
            self.adapter.broadcast(channel, &message, Some(except));
        }
    }
}

impl ChannelType {
    /// The type that a channel's name says.
    pub(crate) fn of(channel: &str) -> Self {
        match channel.split_once('-') {
            Some(("private", _)) => Self::Private,
            Some(("presence", _)) => Self::Presence,
            Some(("cache", _)) => Self::Cache,
            _ => Self::Public,
        }
    }
}

/// A message as clients of the Pusher protocol read it.
pub(crate) fn message(channel: Option<&str>, event: &str, data: &Value) -> Outgoing {
    let text = match channel {
        Some(channel) => json!({ "event": event, "channel": channel, "data": data }),
        None => json!({ "event": event, "data": data }),
    };
    Outgoing {
        channel_type: channel.map_or(ChannelType::None, ChannelType::of),
        text: Utf8Bytes::from(text.to_string()),
    }
}
