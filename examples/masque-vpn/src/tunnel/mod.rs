//! The server's end of the tunnel: one task that takes datagrams from clients and packets from the interface.

mod frame;
mod packet;
mod server;
mod session;
mod tun;

pub(crate) use frame::{Frame, Request};
pub(crate) use packet::Packet;
pub(crate) use server::{Server, Settings};
pub(crate) use tun::Tun;
