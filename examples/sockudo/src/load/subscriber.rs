//! Clients that subscribe: most listen, some talk, one does not even read.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::time::{interval, sleep};

use super::{DEAF, Failure, NEWS, ROOMS, Socket, open, say};
use crate::server::Server;

/// The first so many clients talk.
const TALKERS: u32 = 8;
/// Where they talk.
const LOBBY: &str = "presence-lobby";
const TALK: Duration = Duration::from_secs(1);
/// Well within the time after which a silent client is taken for gone.
const PING: Duration = Duration::from_secs(60);
/// One of the talkers says more at once than anybody may by default.
const BURST: u32 = 150;
/// Longer than the server waits for a client that does not read.
const SLEEP: Duration = Duration::from_secs(15);

/// Subscribes and stays.
pub(super) async fn run(server: Arc<Server>, app: String, number: u32) -> Result<(), Failure> {
    let mut socket = open(server, &app).await?;
    let channels = [format!("user-{number}"), format!("room-{}", number % ROOMS)];
    for channel in &channels {
        subscribe(&mut socket, channel, number).await?;
    }
    let talks = number < TALKERS;
    if talks {
        subscribe(&mut socket, LOBBY, number).await?;
        subscribe(&mut socket, NEWS, number).await?;
    }
    socket.flush().await?;
    let mut ticks = interval(if talks { TALK } else { PING });
    let mut round = 0;
    loop {
        tokio::select! {
            message = socket.next() => {
                message.ok_or("the server hung up")??;
            }
            _ = ticks.tick() => {
                round += 1;
                match talks {
                    true => talk(&mut socket, number, round).await?,
                    false => say(&mut socket, "pusher:ping", None, json!({})).await?,
                }
                socket.flush().await?;
            }
        }
    }
}

async fn talk(socket: &mut Socket, number: u32, round: u32) -> Result<(), Failure> {
    if round.is_multiple_of(5) {
        let channel = json!({ "channel": NEWS });
        say(socket, "pusher:unsubscribe", None, channel).await?;
        subscribe(socket, NEWS, number).await?;
    }
    let events = if number == 0 && round.is_multiple_of(10) {
        BURST
    } else {
        1
    };
    for _ in 0..events {
        say(socket, "client-typing", Some(LOBBY), json!(number)).await?;
    }
    Ok(())
}

/// Subscribes to a channel and never reads what comes.
pub(super) async fn subscribe_and_sleep(server: Arc<Server>, app: String) -> Result<(), Failure> {
    let mut socket = open(server, &app).await?;
    subscribe(&mut socket, DEAF, 0).await?;
    socket.flush().await?;
    sleep(SLEEP).await;
    Ok(())
}

async fn subscribe(socket: &mut Socket, channel: &str, number: u32) -> Result<(), Failure> {
    let member = json!({ "user_id": format!("user-{number}") }).to_string();
    let data = json!({ "channel": channel, "channel_data": member });
    say(socket, "pusher:subscribe", None, data).await
}
