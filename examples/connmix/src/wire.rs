//! What is said: clients to an engine, and engines to the center, ask for the same things.

/// Channels are named by one word.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request<'a> {
    /// `subscribe CHANNEL`
    Subscribe(&'a str),
    /// `unsubscribe CHANNEL`
    Unsubscribe(&'a str),
    /// `send CHANNEL TEXT`
    Send { channel: &'a str, text: &'a str },
    /// `clients N`: how many an engine has.
    Clients(u32),
}

impl<'a> Request<'a> {
    /// Reads a request. Whatever a WebSocket brings has to fit into a line between engine and center.
    pub(crate) fn parse(message: &'a str) -> Option<Self> {
        if message.contains(['\n', '\r']) {
            return None;
        }
        let (verb, rest) = message.split_once(' ')?;
        match verb {
            "subscribe" => name(rest).map(Self::Subscribe),
            "unsubscribe" => name(rest).map(Self::Unsubscribe),
            "send" => {
                let (channel, text) = channel_and_text(rest)?;
                Some(Self::Send { channel, text })
            }
            "clients" => rest.parse().ok().map(Self::Clients),
            _ => None,
        }
    }
}

pub(crate) fn subscribe(channel: &str) -> String {
    format!("subscribe {channel}")
}

pub(crate) fn unsubscribe(channel: &str) -> String {
    format!("unsubscribe {channel}")
}

pub(crate) fn send(channel: &str, text: &str) -> String {
    format!("send {channel} {text}")
}

pub(crate) fn clients(number: u32) -> String {
    format!("clients {number}")
}

/// What subscribers get of whatever is sent to their channel.
pub(crate) fn delivery(channel: &str, text: &str) -> String {
    format!("message {channel} {text}")
}

/// Reads a [`delivery`].
pub(crate) fn parse_delivery(message: &str) -> Option<(&str, &str)> {
    channel_and_text(message.strip_prefix("message ")?)
}

fn channel_and_text(rest: &str) -> Option<(&str, &str)> {
    let (channel, text) = rest.split_once(' ')?;
    Some((name(channel)?, text))
}

fn name(word: &str) -> Option<&str> {
    let fits = !word.is_empty() && word.len() <= 200 && !word.contains(' ');
    fits.then_some(word)
}
