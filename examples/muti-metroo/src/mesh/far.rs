//! The far end: a peer that follows a script, so that everything that peers do happens within a minute.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, split};

use super::{HELLO, SECRET, clock};

/// A connection lasts for this many keepalives, and longer with the peers that come later, so that not all leave at once.
const LIFETIME: u32 = 30;

/// What the peer asks for in turn: one call of each result.
const CALLS: [(&str, &str); 4] = [
    ("version", SECRET),
    ("reload", SECRET),
    ("self-destruct", SECRET),
    ("version", "guessed"),
];

/// Plays the peer until its script or the near end ends the connection.
pub(super) async fn run(pipe: DuplexStream, peer: u16, session: u32) -> io::Result<()> {
    let (reader, mut writer) = split(pipe);
    let mut lines = BufReader::new(reader).lines();
    let mut send = async |frame: String| writer.write_all(format!("{frame}\n").as_bytes()).await;
    let route = |subnet: u32| format!("10.{peer}.{subnet}.0/24");
    let advertise = |subnet| format!("route_advertise {} {}", route(subnet), clock().as_micros());

    lines.next_line().await?;
    if session % 5 == 4 {
        return send("ehlo".to_owned()).await;
    }
    send(HELLO.to_owned()).await?;
    send(advertise(0)).await?;
    let lifetime = LIFETIME + 7 * u32::from(peer);
    let mut keepalives = 0;
    while let Some(frame) = lines.next_line().await? {
        if frame != "keepalive" {
            continue;
        }
        keepalives += 1;
        if keepalives == lifetime {
            match (session + u32::from(peer)) % 3 {
                0 => return send("shutdown".to_owned()).await,
                // Hangs up without a word.
                1 => return Ok(()),
                // Stays silent, until the near end gives up.
                _ => continue,
            }
        }
        send(frame).await?;
        // With each answer one call, and a route that comes and goes.
        let (command, secret) = CALLS[keepalives as usize % CALLS.len()];
        send(format!("rpc {command} {secret}")).await?;
        match keepalives % 2 {
            0 => send(format!("route_withdraw {}", route(1))).await?,
            _ => send(advertise(1)).await?,
        }
    }
    Ok(())
}
