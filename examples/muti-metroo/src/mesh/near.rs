//! This node's end of a connection to a peer.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use metricset::LabelEnum;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::link::Link;
use super::{HELLO, KEEPALIVE, SECRET, clock};
use crate::metrics::{
    Call, CallResult, Connection, Disconnect, DisconnectReason, PEERS, PROTOCOL, ROUTES, RPC,
};

/// The routes that peers announced, each with the peer that did.
#[derive(Clone, Default)]
pub(super) struct RouteTable(Arc<Mutex<BTreeSet<(u16, String)>>>);

impl RouteTable {
    /// Changes the table and lets the gauge follow, under one lock so that the last change is the last in both.
    fn change(&self, change: impl FnOnce(&mut BTreeSet<(u16, String)>)) {
        let mut routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut routes);
        ROUTES.routes_total.set(routes.len() as i64);
    }
}

/// What this node knows of a peer.
pub(super) struct Peer {
    pub(super) number: u16,
    pub(super) connection: Connection,
    pub(super) routes: RouteTable,
}

impl Peer {
    /// One connection, from the handshake to its end.
    pub(super) async fn talk(&self, link: &mut Link) {
        let handshake = PROTOCOL.handshake_latency_seconds.start_timer();
        match timeout(KEEPALIVE, shake_hands(link)).await {
            Ok(Ok(())) => handshake.stop(),
            Ok(Err(_)) | Err(_) => {
                handshake.discard();
                PROTOCOL.handshake_errors_total.inc();
                return;
            }
        };
        let _connected = PEERS.peers_connected.in_flight();
        PEERS.peers_total.inc();
        PEERS.peer_connections_total.with(self.connection).inc();
        let reason = self.exchange(link).await.unwrap_or(DisconnectReason::Error);
        PEERS
            .peer_disconnects_total
            .with(Disconnect { reason })
            .inc();
        self.routes
            .change(|routes| routes.retain(|(peer, _)| *peer != self.number));
    }

    /// Frames both ways until the connection ends; an error is a connection that broke.
    async fn exchange(&self, link: &mut Link) -> io::Result<DisconnectReason> {
        let mut ticks = interval(KEEPALIVE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut asked: Option<Instant> = None;
        loop {
            tokio::select! {
                _ = ticks.tick() => {
                    if asked.is_some() {
                        return Ok(DisconnectReason::Timeout);
                    }
                    asked = Some(Instant::now());
                    link.send("keepalive").await?;
                }
                frame = link.receive() => {
                    let frame = frame?;
                    match frame.split(' ').collect::<Vec<_>>()[..] {
                        ["keepalive"] => {
                            if let Some(asked) = asked.take() {
                                PROTOCOL.keepalive_rtt_seconds.observe(asked.elapsed());
                            }
                        }
                        ["route_advertise", route, sent] => self.advertise(route, sent)?,
                        ["route_withdraw", route] => self.withdraw(route),
                        ["rpc", command, secret] => {
                            RPC.rpc_bytes_received_total.inc_by(frame.len() as u64);
                            answer(link, command, secret).await?;
                        }
                        ["shutdown"] => return Ok(DisconnectReason::Shutdown),
                        _ => return Err(io::ErrorKind::InvalidData.into()),
                    }
                }
            }
        }
    }

    fn advertise(&self, route: &str, sent: &str) -> io::Result<()> {
        let sent = sent.parse().map_err(|_| io::ErrorKind::InvalidData)?;
        let travelled = clock().saturating_sub(Duration::from_micros(sent));
        self.routes.change(|routes| {
            routes.insert((self.number, route.to_owned()));
        });
        ROUTES.route_advertises_total.inc();
        ROUTES.route_flood_latency_seconds.observe(travelled);
        Ok(())
    }

    fn withdraw(&self, route: &str) {
        self.routes.change(|routes| {
            routes.remove(&(self.number, route.to_owned()));
        });
        ROUTES.route_withdrawals_total.inc();
    }
}

async fn shake_hands(link: &mut Link) -> io::Result<()> {
    link.send(HELLO).await?;
    match link.receive().await? {
        greeting if greeting == HELLO => Ok(()),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

async fn answer(link: &mut Link, command: &str, secret: &str) -> io::Result<()> {
    let _duration = RPC.rpc_call_duration_seconds.start_timer();
    let (result, text) = match command {
        _ if secret != SECRET => (CallResult::AuthFailed, "wrong secret"),
        "version" => (CallResult::Success, env!("CARGO_PKG_VERSION")),
        // This example has no configuration to reload.
        "reload" => (CallResult::Failed, "no configuration"),
        _ => (CallResult::Rejected, "unknown command"),
    };
    RPC.rpc_calls_total.with(Call { result, command }).inc();
    let response = format!("rpc_result {} {text}", result.as_str());
    link.send(&response).await?;
    RPC.rpc_bytes_sent_total.inc_by(response.len() as u64);
    Ok(())
}
