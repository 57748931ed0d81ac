//! A simulated mesh: feeds the families that only other nodes could feed.
//!
//! A peer is a task at the far end of an in-memory pipe (`far.rs`), and this node is at the near end (`near.rs`). The two
//! speak frames of one line each. Handshakes, round trips, durations and sizes are measured on that pipe and not made up;
//! only who the peers are, what they announce and what they ask for is invented.

mod far;
mod link;
mod near;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tokio::io::duplex;
use tokio::time::sleep;

use crate::metrics::{Connection, Direction, Transport};
use link::Link;
use near::{Peer, RouteTable};

/// How often a peer is asked whether it is there; it has as long to answer.
const KEEPALIVE: Duration = Duration::from_millis(500);
/// Between the end of a connection and the next attempt.
const RECONNECT: Duration = Duration::from_millis(250);
/// More than the two ends ever have unread, so that neither waits for the other to read.
const PIPE_SIZE: usize = 4096;

const HELLO: &str = "hello 1";
const SECRET: &str = "open-sesame";

/// Starts this many peers, each of which connects, leaves and comes back for as long as the process runs.
pub(crate) fn start(peers: u16) {
    let routes = RouteTable::default();
    for number in 0..peers {
        let peer = Peer {
            number,
            connection: connection(number),
            routes: routes.clone(),
        };
        tokio::spawn(async move {
            for session in 0.. {
                let (here, there) = duplex(PIPE_SIZE);
                let remote = tokio::spawn(far::run(there, number, session));
                peer.talk(&mut Link::new(here)).await;
                // However the far end ended, the near end has counted it.
                remote.abort();
                sleep(RECONNECT).await;
            }
        });
    }
}

/// Peers take turns in how they connect.
fn connection(number: u16) -> Connection {
    Connection {
        transport: [Transport::Quic, Transport::H2, Transport::Ws][usize::from(number % 3)],
        direction: [Direction::Outbound, Direction::Inbound][usize::from(number % 2)],
    }
}

/// Time since the start, by the one clock that both ends read.
fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}
