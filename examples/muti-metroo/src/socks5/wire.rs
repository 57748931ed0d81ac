//! The messages of RFC 1928 and RFC 1929.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

pub(crate) const VERSION: u8 = 5;
pub(crate) const NO_AUTHENTICATION: u8 = 0;
pub(crate) const USER_PASSWORD: u8 = 2;
pub(crate) const NO_ACCEPTABLE_METHOD: u8 = 0xff;

const LOGIN_VERSION: u8 = 1;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const DOMAIN: u8 = 3;
const IPV6: u8 = 4;

/// Where a client wants to be connected to.
#[derive(Debug)]
pub(crate) enum Target {
    Address(SocketAddr),
    Name(String, u16),
}

/// The second byte of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Reply {
    Succeeded = 0,
    GeneralFailure = 1,
    NetworkUnreachable = 3,
    HostUnreachable = 4,
    ConnectionRefused = 5,
    TtlExpired = 6,
    CommandNotSupported = 7,
    AddressTypeNotSupported = 8,
}

/// A message that could not be read.
#[derive(Debug)]
pub(crate) enum WireError {
    Io(io::Error),
    /// Not SOCKS5, or not the version of the login message.
    Version(u8),
    /// A request that has to be answered with this.
    Unsupported(Reply),
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the connection broke: {error}"),
            Self::Version(version) => write!(f, "unknown version {version}"),
            Self::Unsupported(reply) => write!(f, "refused with {reply:?}"),
        }
    }
}

impl From<io::Error> for WireError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The authentication methods that the client offers.
pub(crate) async fn read_methods(
    client: &mut (impl AsyncRead + Unpin),
) -> Result<Vec<u8>, WireError> {
    expect_version(client, VERSION).await?;
    read_counted(client).await
}

/// The user and password of the client.
pub(crate) async fn read_login(
    client: &mut (impl AsyncRead + Unpin),
) -> Result<(Vec<u8>, Vec<u8>), WireError> {
    expect_version(client, LOGIN_VERSION).await?;
    Ok((read_counted(client).await?, read_counted(client).await?))
}

/// Where the client wants to be connected to.
pub(crate) async fn read_request(
    client: &mut (impl AsyncRead + Unpin),
) -> Result<Target, WireError> {
    expect_version(client, VERSION).await?;
    let command = client.read_u8().await?;
    let _reserved = client.read_u8().await?;
    // The address is read before the command is judged, so that the refusal is not lost in a connection reset.
    let target = match client.read_u8().await? {
        IPV4 => Target::Address(SocketAddr::new(
            IpAddr::V4(Ipv4Addr::from_bits(client.read_u32().await?)),
            client.read_u16().await?,
        )),
        IPV6 => Target::Address(SocketAddr::new(
            IpAddr::V6(Ipv6Addr::from_bits(client.read_u128().await?)),
            client.read_u16().await?,
        )),
        DOMAIN => {
            let name = read_counted(client).await?;
            let port = client.read_u16().await?;
            let name = String::from_utf8(name)
                .map_err(|_| WireError::Unsupported(Reply::GeneralFailure))?;
            // Some clients send addresses as names; they need no query.
            match name.parse() {
                Ok(address) => Target::Address(SocketAddr::new(address, port)),
                Err(_) => Target::Name(name, port),
            }
        }
        _ => return Err(WireError::Unsupported(Reply::AddressTypeNotSupported)),
    };
    if command == CONNECT {
        Ok(target)
    } else {
        Err(WireError::Unsupported(Reply::CommandNotSupported))
    }
}

/// Which method the server takes.
pub(crate) async fn write_method(
    client: &mut (impl AsyncWrite + Unpin),
    method: u8,
) -> io::Result<()> {
    client.write_all(&[VERSION, method]).await
}

/// Whether the login was right.
pub(crate) async fn write_login(
    client: &mut (impl AsyncWrite + Unpin),
    accepted: bool,
) -> io::Result<()> {
    client
        .write_all(&[LOGIN_VERSION, u8::from(!accepted)])
        .await
}

/// How the request went, and from which address the server connected.
pub(crate) async fn write_reply(
    client: &mut (impl AsyncWrite + Unpin),
    reply: Reply,
    bound: SocketAddr,
) -> io::Result<()> {
    let mut message = vec![VERSION, reply as u8, 0];
    match bound.ip() {
        IpAddr::V4(ip) => {
            message.push(IPV4);
            message.extend(ip.octets());
        }
        IpAddr::V6(ip) => {
            message.push(IPV6);
            message.extend(ip.octets());
        }
    }
    message.extend(bound.port().to_be_bytes());
    client.write_all(&message).await
}

async fn expect_version(
    client: &mut (impl AsyncRead + Unpin),
    expected: u8,
) -> Result<(), WireError> {
    match client.read_u8().await? {
        version if version == expected => Ok(()),
        version => Err(WireError::Version(version)),
    }
}

/// A byte that counts, and as many bytes.
async fn read_counted(client: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, WireError> {
    let mut bytes = vec![0; client.read_u8().await?.into()];
    client.read_exact(&mut bytes).await?;
    Ok(bytes)
}
