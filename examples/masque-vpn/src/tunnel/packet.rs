//! The part of an IPv4 packet that a tunnel looks at.

use std::net::Ipv4Addr;

use crate::metrics::DropReason;

/// The largest packet that the tunnel takes.
const MTU: usize = 1400;

const HEADER: usize = 20;
const SOURCE: usize = 12;
const DESTINATION: usize = 16;

/// An IPv4 packet, header included.
#[derive(Debug)]
pub(crate) struct Packet(Vec<u8>);

impl Packet {
    /// A packet with nothing in its header that a tunnel does not look at.
    pub(crate) fn build(source: Ipv4Addr, destination: Ipv4Addr, payload: &[u8]) -> Self {
        let mut bytes = vec![0; HEADER];
        // Version 4, and a header of five words.
        bytes[0] = 0x45;
        bytes[SOURCE..][..4].copy_from_slice(&source.octets());
        bytes[DESTINATION..][..4].copy_from_slice(&destination.octets());
        bytes.extend(payload);
        Self(bytes)
    }

    /// What a client sent.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, DropReason> {
        match bytes {
            _ if bytes.len() > MTU => Err(DropReason::Oversized),
            [first, ..] if bytes.len() >= HEADER && first >> 4 == 4 => Ok(Self(bytes.to_vec())),
            _ => Err(DropReason::Invalid),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn source(&self) -> Ipv4Addr {
        self.address(SOURCE)
    }

    pub(crate) fn destination(&self) -> Ipv4Addr {
        self.address(DESTINATION)
    }

    /// Sends it back. The header's checksum stays as right as it was.
    pub(crate) fn swap_addresses(&mut self) {
        let (source, destination) = self.0[SOURCE..HEADER].split_at_mut(DESTINATION - SOURCE);
        source.swap_with_slice(destination);
    }

    fn address(&self, at: usize) -> Ipv4Addr {
        let [a, b, c, d] = [0, 1, 2, 3].map(|n| self.0[at + n]);
        Ipv4Addr::new(a, b, c, d)
    }
}
