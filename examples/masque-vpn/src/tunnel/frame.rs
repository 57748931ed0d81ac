//! What client and server say to each other: one frame in each datagram, its kind in the first byte.
//!
//! Real MASQUE speaks HTTP/3 CONNECT-IP on a QUIC connection with TLS. These frames say the same without it: a request for an
//! address, its answer, packets, and the end.

use std::net::Ipv4Addr;

const CONNECT: u8 = 1;
const ACCEPTED: u8 = 2;
const REFUSED: u8 = 3;
const PACKET: u8 = 4;
const DISCONNECT: u8 = 5;

#[derive(Debug)]
pub(crate) enum Frame<'a> {
    /// A [`Request`] for an address, still to be read.
    Connect(&'a [u8]),
    /// The client's address.
    Accepted(Ipv4Addr),
    Refused(Refusal),
    /// An IPv4 packet, still to be looked at.
    Packet(&'a [u8]),
    Disconnect,
}

#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(crate) enum Refusal {
    Malformed = 1,
    Unauthorized = 2,
    NoAddress = 3,
}

impl<'a> Frame<'a> {
    /// `None` for what is no frame.
    pub(crate) fn decode(datagram: &'a [u8]) -> Option<Self> {
        let (&kind, body) = datagram.split_first()?;
        Some(match (kind, body) {
            (CONNECT, request) => Self::Connect(request),
            (ACCEPTED, &[a, b, c, d]) => Self::Accepted(Ipv4Addr::new(a, b, c, d)),
            (REFUSED, [1]) => Self::Refused(Refusal::Malformed),
            (REFUSED, [2]) => Self::Refused(Refusal::Unauthorized),
            (REFUSED, [3]) => Self::Refused(Refusal::NoAddress),
            (PACKET, packet) => Self::Packet(packet),
            (DISCONNECT, []) => Self::Disconnect,
            _ => return None,
        })
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Connect(request) => [&[CONNECT], *request].concat(),
            Self::Accepted(address) => [&[ACCEPTED][..], &address.octets()].concat(),
            Self::Refused(refusal) => vec![REFUSED, *refusal as u8],
            Self::Packet(packet) => [&[PACKET], *packet].concat(),
            Self::Disconnect => vec![DISCONNECT],
        }
    }
}

/// A client that wants an address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) token: &'a str,
    pub(crate) client_id: &'a str,
}

impl<'a> Request<'a> {
    /// The longest name of a client, in bytes.
    const MAX_CLIENT_ID: usize = 64;

    /// `None` for anything but the two texts with a line feed between them.
    pub(crate) fn decode(body: &'a [u8]) -> Option<Self> {
        let (token, client_id) = str::from_utf8(body).ok()?.split_once('\n')?;
        let is_name = (1..=Self::MAX_CLIENT_ID).contains(&client_id.len());
        is_name.then_some(Self { token, client_id })
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        format!("{}\n{}", self.token, self.client_id).into_bytes()
    }
}
