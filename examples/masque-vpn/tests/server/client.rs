//! A client that is written from the description of the frames and not from the server's code.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

/// Hosts behind the tunnel send everything back.
pub(crate) const HOST: [u8; 4] = [192, 0, 2, 1];

pub(crate) struct Client {
    socket: UdpSocket,
}

impl Client {
    pub(crate) fn new(server: SocketAddr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        socket.connect(server).expect("UDP connects at once");
        let limit = Duration::from_secs(30);
        socket
            .set_read_timeout(Some(limit))
            .expect("a limit above zero");
        Self { socket }
    }

    /// Asks for an address; if it is refused, the reason.
    pub(crate) fn connect(&self, token: &str, client_id: &str) -> Result<[u8; 4], u8> {
        self.ask(format!("{token}\n{client_id}").as_bytes())
    }

    /// Sends a request as it is.
    pub(crate) fn ask(&self, request: &[u8]) -> Result<[u8; 4], u8> {
        self.send(&[&[1], request].concat());
        match self.receive()[..] {
            [2, a, b, c, d] => Ok([a, b, c, d]),
            [3, refusal] => Err(refusal),
            ref other => panic!("{other:?}"),
        }
    }

    pub(crate) fn send_packet(&self, packet: &[u8]) {
        self.send(&[&[4], packet].concat());
    }

    pub(crate) fn receive_packet(&self) -> Vec<u8> {
        match self.receive().split_first() {
            Some((4, packet)) => packet.to_vec(),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn disconnect(&self) {
        self.send(&[5]);
    }

    /// Sends a datagram as it is.
    pub(crate) fn send(&self, datagram: &[u8]) {
        self.socket.send(datagram).expect("the server listens");
    }

    fn receive(&self) -> Vec<u8> {
        let mut datagram = [0; 2048];
        let length = self.socket.recv(&mut datagram);
        datagram[..length.expect("the server answers")].to_vec()
    }
}

/// An IPv4 packet.
pub(crate) fn packet(source: [u8; 4], destination: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut header = [0; 20];
    header[0] = 0x45;
    header[12..16].copy_from_slice(&source);
    header[16..].copy_from_slice(&destination);
    [&header, payload].concat()
}
