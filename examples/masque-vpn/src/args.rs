//! The command line.

use std::net::SocketAddr;
use std::time::Duration;

use lexopt::{Arg, ValueExt};

use crate::pool::AddressPool;

pub(crate) const USAGE: &str = "\
usage: masque-vpn [OPTIONS]

  --listen ADDR           metrics and health over HTTP (default 127.0.0.1:8080)
  --tunnel ADDR           tunnel over UDP (default 127.0.0.1:8443)
  --token TOKEN           what clients have to know (default open-sesame)
  --pool-size N           addresses for clients, at most 253 (default 64)
  --clients N             simulated clients (default 3)
  --idle-timeout SECONDS  after which a silent client is disconnected (default 30)
  --linger SECONDS        how long the series of a client outlive it (default 60)
  --no-tun                leave the interface down
  --help                  this text
";

#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) listen: SocketAddr,
    pub(crate) tunnel: SocketAddr,
    pub(crate) token: String,
    pub(crate) pool_size: u8,
    pub(crate) clients: u16,
    pub(crate) idle_timeout: Duration,
    pub(crate) linger: Duration,
    pub(crate) no_tun: bool,
}

/// Reads the command line; `None` means that only the usage is wanted.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Option<Args>, lexopt::Error> {
    let mut args = Args {
        listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
        tunnel: SocketAddr::from(([127, 0, 0, 1], 8443)),
        token: String::from("open-sesame"),
        pool_size: 64,
        clients: 3,
        idle_timeout: Duration::from_secs(30),
        linger: Duration::from_secs(60),
        no_tun: false,
    };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("listen") => args.listen = parser.value()?.parse()?,
            Arg::Long("tunnel") => args.tunnel = parser.value()?.parse()?,
            Arg::Long("token") => args.token = parser.value()?.string()?,
            Arg::Long("pool-size") => args.pool_size = parser.value()?.parse()?,
            Arg::Long("clients") => args.clients = parser.value()?.parse()?,
            Arg::Long("idle-timeout") => {
                args.idle_timeout = Duration::from_secs(parser.value()?.parse()?);
            }
            Arg::Long("linger") => args.linger = Duration::from_secs(parser.value()?.parse()?),
            Arg::Long("no-tun") => args.no_tun = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            _ => return Err(arg.unexpected()),
        }
    }
    if !(1..=AddressPool::MAX_SIZE).contains(&args.pool_size) {
        let limit = AddressPool::MAX_SIZE;
        return Err(format!("`--pool-size` must be between 1 and {limit}").into());
    }
    // What ends the token in a request.
    if args.token.contains('\n') {
        return Err("`--token` must not contain a line feed".into());
    }
    Ok(Some(args))
}
