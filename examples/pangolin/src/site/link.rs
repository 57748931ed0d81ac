//! This server's end of a site's connection.
//!
//! A real site opens a WebSocket for control and a WireGuard tunnel for data, which takes certificates, a kernel and a second
//! machine. Here the conversation is the same and runs over an in-memory pipe, one message a line; the tunnel is up while it
//! lasts, and the data goes to the backends directly. Round trips, durations and bytes are measured and not made up.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use metricset::LabelEnum;
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, duplex,
    split,
};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::{KEY, Site, agent};
use crate::metrics::{
    ByDirection, ByResult, BySite, Connect, Direction, METRICS, Message, MessageType, Outcome,
    Reconnect, ReconnectReason, SiteTransport, Transport,
};

/// How often a site is asked whether it is there.
const PINGS: Duration = Duration::from_millis(250);
/// A site that does not answer for so long is not.
const SILENCE: Duration = Duration::from_secs(1);
/// Between the end of a connection and the next attempt.
const RECONNECT: Duration = Duration::from_millis(100);
/// For what a new connection has to say.
const REGISTER_LIMIT: Duration = Duration::from_secs(2);
/// More than the two ends ever have unread.
const PIPE_SIZE: usize = 4096;

/// Connects the site again and again, until the task is aborted.
pub(super) async fn keep(site: Arc<Site>) {
    for session in 0.. {
        let (here, there) = duplex(PIPE_SIZE);
        let agent = tokio::spawn(agent::run(there, session, site.key.clone()));
        // A connection that breaks was closed.
        let mut link = Link::new(&site, here);
        let reason = link.talk().await.unwrap_or(ReconnectReason::Closed);
        agent.abort();
        sleep(RECONNECT).await;
        let reconnect = Reconnect {
            site_id: &site.id,
            transport: Transport::WireGuard,
            reason,
        };
        METRICS.tunnel.tunnel_reconnects_total.with(reconnect).inc();
    }
}

struct Link<'a> {
    site: &'a Site,
    reader: Lines<BufReader<ReadHalf<DuplexStream>>>,
    writer: WriteHalf<DuplexStream>,
}

impl<'a> Link<'a> {
    fn new(site: &'a Site, pipe: DuplexStream) -> Self {
        let (reader, writer) = split(pipe);
        Self {
            site,
            reader: BufReader::new(reader).lines(),
            writer,
        }
    }

    /// From the first message to the last.
    async fn talk(&mut self) -> io::Result<ReconnectReason> {
        let site_id = self.site.id.as_str();
        let through = |transport| SiteTransport { site_id, transport };
        let web_socket = through(Transport::WebSocket);
        let handshake = METRICS.site.site_handshake_latency_seconds.with(web_socket);
        let latency = handshake.start_timer();
        let registration = timeout(REGISTER_LIMIT, self.receive()).await??;
        let is_known = registration == format!("register {KEY}");
        let result = if is_known {
            Outcome::Success
        } else {
            Outcome::Failure
        };
        let connect = Connect { site_id, result };
        METRICS.web_socket.ws_connections_total.with(connect).inc();
        // The keys of the tunnel go with the registration.
        METRICS
            .wireguard
            .wg_handshake_total
            .with(ByResult { result })
            .inc();
        if !is_known {
            self.send("refused").await?;
            return Ok(ReconnectReason::Refused);
        }
        self.send("registered").await?;
        latency.stop();

        let by_site = BySite { site_id };
        let _connected = METRICS
            .web_socket
            .ws_active_connections
            .with(by_site)
            .in_flight();
        let _up = METRICS
            .tunnel
            .tunnel_up
            .with(through(Transport::WireGuard))
            .in_flight();
        self.site.set_online(true);
        let ended = self.keep_alive().await;
        self.site.set_online(false);
        METRICS.site.site_connection_drops_total.with(by_site).inc();
        ended
    }

    async fn keep_alive(&mut self) -> io::Result<ReconnectReason> {
        METRICS.queue.holepunch_orchestration_total.inc();
        self.send("holepunch").await?;
        let mut ticks = interval(PINGS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut asked: Option<Instant> = None;
        loop {
            tokio::select! {
                _ = ticks.tick() => match asked {
                    Some(since) if since.elapsed() > SILENCE => {
                        return Ok(ReconnectReason::Timeout);
                    }
                    Some(_) => {}
                    None => {
                        asked = Some(Instant::now());
                        self.send("ping").await?;
                    }
                },
                message = self.reader.next_line() => {
                    let Some(message) = message? else {
                        return Ok(ReconnectReason::Closed);
                    };
                    count(Direction::Ingress, &message);
                    match (message.as_str(), asked) {
                        ("pong", Some(since)) => {
                            METRICS.tunnel.tunnel_latency_seconds.observe(since.elapsed());
                            asked = None;
                        }
                        ("holepunch", _) => METRICS.queue.holepunch_orchestration_total.inc(),
                        _ => return Err(io::ErrorKind::InvalidData.into()),
                    }
                }
            }
        }
    }

    async fn receive(&mut self) -> io::Result<String> {
        let message = self.reader.next_line().await?;
        let message = message.ok_or(io::ErrorKind::UnexpectedEof)?;
        count(Direction::Ingress, &message);
        Ok(message)
    }

    async fn send(&mut self, message: &str) -> io::Result<()> {
        count(Direction::Egress, message);
        self.writer
            .write_all(format!("{message}\n").as_bytes())
            .await
    }
}

fn count(direction: Direction, message: &str) {
    let first = message.split(' ').next().and_then(MessageType::from_value);
    let msg_type = first.unwrap_or(MessageType::Other);
    let message_labels = Message {
        direction,
        msg_type,
    };
    METRICS
        .web_socket
        .ws_messages_total
        .with(message_labels)
        .inc();
    let bytes = METRICS
        .tunnel
        .tunnel_bytes_total
        .with(ByDirection { direction });
    bytes.inc_by(message.len() as u64 + 1);
}
