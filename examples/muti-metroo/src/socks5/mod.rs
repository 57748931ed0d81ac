//! A SOCKS5 proxy (RFC 1928) with optional user and password (RFC 1929); CONNECT only.

mod server;
mod wire;

pub(crate) use server::{Credentials, Proxy};
pub(crate) use wire::Target;
