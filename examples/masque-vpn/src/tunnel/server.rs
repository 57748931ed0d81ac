//! Accepts clients, and forwards their packets to each other and to the interface.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::UdpSocket;
use tokio::time::{MissedTickBehavior, interval};

use super::frame::{Frame, Refusal, Request};
use super::packet::Packet;
use super::session::Session;
use super::tun::Tun;
use crate::metrics::{
    Answer, CLIENTS, Client, Direction, DropReason, ERRORS, ErrorType, MASQUE, Method, PACKETS,
    Request as RequestLabels, Status, Way,
};
use crate::pool::AddressPool;

/// How often silent clients and the series of departed ones are looked for.
const TICK: Duration = Duration::from_millis(250);
/// No datagram is longer.
const MAX_DATAGRAM: usize = 65_535;

/// What a server is told at the start.
pub(crate) struct Settings {
    pub(crate) token: String,
    pub(crate) idle_timeout: Duration,
    pub(crate) linger: Duration,
}

pub(crate) struct Server {
    socket: UdpSocket,
    tun: Tun,
    pool: Arc<AddressPool>,
    settings: Settings,
    sessions: HashMap<SocketAddr, Session>,
    /// Which client has which address of the pool.
    routes: HashMap<Ipv4Addr, SocketAddr>,
    /// Clients that left, whose series are still there, and since when.
    departed: HashMap<String, Instant>,
}

impl Server {
    pub(crate) fn new(
        socket: UdpSocket,
        tun: Tun,
        pool: Arc<AddressPool>,
        settings: Settings,
    ) -> Self {
        Self {
            socket,
            tun,
            pool,
            settings,
            sessions: HashMap::new(),
            routes: HashMap::new(),
            departed: HashMap::new(),
        }
    }

    /// Serves clients until the future is dropped.
    ///
    /// # Errors
    /// When the socket can no longer be read.
    pub(crate) async fn serve(mut self) -> io::Result<()> {
        let mut datagram = vec![0; MAX_DATAGRAM];
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                received = self.socket.recv_from(&mut datagram) => {
                    let (length, peer) = received?;
                    self.receive(peer, &datagram[..length]).await;
                }
                Some(packet) = self.tun.receive() => self.deliver(packet).await,
                _ = ticks.tick() => self.clean_up(),
            }
        }
    }

    async fn receive(&mut self, peer: SocketAddr, datagram: &[u8]) {
        match Frame::decode(datagram) {
            Some(Frame::Connect(request)) => self.connect(peer, request).await,
            Some(Frame::Packet(packet)) => self.forward(peer, packet).await,
            Some(Frame::Disconnect) => match self.sessions.contains_key(&peer) {
                true => self.disconnect(peer),
                false => ERRORS.failed(ErrorType::Connection),
            },
            // What only a server says, or nobody.
            Some(Frame::Accepted(_) | Frame::Refused(_)) | None => ERRORS.failed(ErrorType::Packet),
        }
    }

    async fn connect(&mut self, peer: SocketAddr, request: &[u8]) {
        let method = Method::Connect;
        let _duration = MASQUE
            .masque_request_duration_seconds
            .with(RequestLabels { method })
            .start_timer();
        let (status, answer) = match self.accept(peer, request) {
            Ok(address) => (Status::Success, Frame::Accepted(address)),
            Err(refusal) => {
                ERRORS.failed(match refusal {
                    Refusal::Unauthorized => ErrorType::Auth,
                    Refusal::Malformed | Refusal::NoAddress => ErrorType::Masque,
                });
                (Status::Failed, Frame::Refused(refusal))
            }
        };
        let answered = Answer { method, status };
        MASQUE.masque_requests_total.with(answered).inc();
        // A client that does not hear the answer asks again.
        if self.socket.send_to(&answer.encode(), peer).await.is_err() {
            ERRORS.failed(ErrorType::Connection);
        }
    }

    fn accept(&mut self, peer: SocketAddr, request: &[u8]) -> Result<Ipv4Addr, Refusal> {
        let request = Request::decode(request).ok_or(Refusal::Malformed)?;
        if request.token != self.settings.token {
            return Err(Refusal::Unauthorized);
        }
        // A client that asks again, from here or from elsewhere, gives up the connection that it had.
        let same_client = |(at, session): (&SocketAddr, &Session)| {
            (*at == peer || session.client_id == request.client_id).then_some(*at)
        };
        let earlier: Vec<_> = self.sessions.iter().filter_map(same_client).collect();
        earlier.into_iter().for_each(|at| self.disconnect(at));

        let lease = self.pool.lease().ok_or(Refusal::NoAddress)?;
        let address = lease.address;
        self.departed.remove(request.client_id);
        self.routes.insert(address, peer);
        let session = Session::start(request.client_id, lease);
        self.sessions.insert(peer, session);
        Ok(address)
    }

    fn disconnect(&mut self, peer: SocketAddr) {
        if let Some(session) = self.sessions.remove(&peer) {
            self.routes.remove(&session.lease.address);
            self.departed
                .insert(session.client_id.clone(), Instant::now());
        }
    }

    /// Takes a packet from a client to whom it is for.
    async fn forward(&mut self, peer: SocketAddr, packet: &[u8]) {
        let direction = Direction::Inbound;
        let processing = PACKETS
            .packet_processing_duration_seconds
            .with(Way { direction })
            .start_timer();
        let Some(session) = self.sessions.get_mut(&peer) else {
            return ERRORS.failed(ErrorType::Connection);
        };
        session.received(packet.len());
        let packet = match Packet::parse(packet) {
            // Nobody sends in the name of another.
            Ok(packet) if packet.source() != session.lease.address => {
                return ERRORS.dropped(DropReason::Invalid);
            }
            Ok(packet) => packet,
            Err(reason) => return ERRORS.dropped(reason),
        };
        processing.stop();
        if self.routes.contains_key(&packet.destination()) {
            self.deliver(packet).await;
        } else if !self.tun.send(packet) {
            ERRORS.failed(ErrorType::Tun);
            ERRORS.dropped(DropReason::ProcessingError);
        }
    }

    /// Takes a packet to the client that it is for.
    async fn deliver(&self, packet: Packet) {
        let direction = Direction::Outbound;
        let _processing = PACKETS
            .packet_processing_duration_seconds
            .with(Way { direction })
            .start_timer();
        let route = self.routes.get(&packet.destination());
        let Some((peer, session)) = route.and_then(|peer| self.sessions.get_key_value(peer)) else {
            // The client left while the packet was on its way.
            return ERRORS.dropped(DropReason::ProcessingError);
        };
        let frame = Frame::Packet(packet.bytes()).encode();
        match self.socket.send_to(&frame, peer).await {
            Ok(_) => session.sent(packet.bytes().len()),
            Err(_) => ERRORS.dropped(DropReason::ProcessingError),
        }
    }

    /// Disconnects silent clients, and ends the series of those that left long enough ago.
    fn clean_up(&mut self) {
        let limit = self.settings.idle_timeout;
        let sessions = self.sessions.iter();
        let idle = sessions.filter(|(_, session)| session.is_idle(limit));
        for peer in idle.map(|(peer, _)| *peer).collect::<Vec<_>>() {
            ERRORS.failed(ErrorType::Connection);
            self.disconnect(peer);
        }
        self.departed.retain(|client_id, since| {
            let stays = since.elapsed() < self.settings.linger;
            if !stays {
                CLIENTS.client.remove(Client { client_id });
            }
            stays
        });
    }
}
