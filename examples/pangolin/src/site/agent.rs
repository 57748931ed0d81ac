//! The far end of a site's connection: follows a script, so that what happens to sites happens within a second, and again every
//! few minutes.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, split};

/// Pings of the first connection, and of the later ones.
const LIFETIMES: (u32, u32) = (2, 1200);

/// Plays the site until its script or the near end ends the connection.
pub(super) async fn run(pipe: DuplexStream, session: u32, key: String) -> io::Result<()> {
    let (reader, mut writer) = split(pipe);
    let mut lines = BufReader::new(reader).lines();
    let mut send = async |message: &str| writer.write_all(format!("{message}\n").as_bytes()).await;

    // Every so often somebody else is at the far end.
    if session % 4 == 1 {
        send("register guessed").await?;
        // To be told no.
        return lines.next_line().await.map(drop);
    }
    send(&format!("register {key}")).await?;
    let lifetime = if session == 0 {
        LIFETIMES.0
    } else {
        LIFETIMES.1
    };
    let mut pings = 0;
    while let Some(message) = lines.next_line().await? {
        match message.as_str() {
            "holepunch" => send("holepunch").await?,
            "ping" => {
                pings += 1;
                match (pings < lifetime, session % 4) {
                    (true, _) => send("pong").await?,
                    // Hangs up without a word.
                    (false, 0) => return Ok(()),
                    // Stays silent, until the near end gives up.
                    (false, _) => {}
                }
            }
            _ => {}
        }
    }
    Ok(())
}
