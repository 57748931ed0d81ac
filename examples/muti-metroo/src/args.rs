//! The command line.

use std::net::SocketAddr;
use std::time::Duration;

use lexopt::{Arg, ValueExt};

use crate::socks5::Credentials;

pub(crate) const USAGE: &str = "\
usage: muti-metroo [OPTIONS]

  --listen ADDR           metrics and health over HTTP (default 127.0.0.1:8080)
  --socks ADDR            SOCKS5 proxy (default 127.0.0.1:1080)
  --user NAME             ask SOCKS5 clients for this user ...
  --password PASSWORD     ... with this password
  --peers N               simulated peers (default 3)
  --dial-timeout SECONDS  how long opening a stream may take (default 10)
  --help                  this text
";

#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) listen: SocketAddr,
    pub(crate) socks: SocketAddr,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) peers: u16,
    pub(crate) dial_timeout: Duration,
}

/// Reads the command line; `None` means that only the usage is wanted.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Option<Args>, lexopt::Error> {
    let mut listen = SocketAddr::from(([127, 0, 0, 1], 8080));
    let mut socks = SocketAddr::from(([127, 0, 0, 1], 1080));
    let (mut user, mut password) = (None, None);
    let mut peers = 3;
    let mut dial_timeout = Duration::from_secs(10);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("listen") => listen = parser.value()?.parse()?,
            Arg::Long("socks") => socks = parser.value()?.parse()?,
            Arg::Long("user") => user = Some(parser.value()?.string()?),
            Arg::Long("password") => password = Some(parser.value()?.string()?),
            Arg::Long("peers") => peers = parser.value()?.parse()?,
            Arg::Long("dial-timeout") => {
                dial_timeout = Duration::from_secs(parser.value()?.parse()?);
            }
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            _ => return Err(arg.unexpected()),
        }
    }
    let credentials = match (user, password) {
        (Some(user), Some(password)) => Some(Credentials::new(user, password)?),
        (None, None) => None,
        (Some(_), None) => return Err("`--user` needs `--password`".into()),
        (None, Some(_)) => return Err("`--password` needs `--user`".into()),
    };
    Ok(Some(Args {
        listen,
        socks,
        credentials,
        peers,
        dial_timeout,
    }))
}
