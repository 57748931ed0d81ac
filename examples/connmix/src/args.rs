//! The command line.

use std::net::SocketAddr;
use std::str::FromStr;

use lexopt::{Arg, ValueExt};

pub(crate) const USAGE: &str = "\
usage: connmix [OPTIONS]

  --role ROLE       center, engine, or both in one process (default both)
  --center ADDR     metrics and health of the center over HTTP (default 127.0.0.1:6787)
  --engine ADDR     metrics and health of the engine over HTTP (default 127.0.0.1:6789)
  --registry ADDR   where engines register with the center (default 127.0.0.1:6786)
  --socket ADDR     clients of the engine that send lines (default 127.0.0.1:6790)
  --websocket ADDR  clients of the engine on WebSockets (default 127.0.0.1:6791)
  --load            clients of its own, and another engine
  --help            this text
";

#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) role: Role,
    pub(crate) center: SocketAddr,
    pub(crate) engine: SocketAddr,
    pub(crate) registry: SocketAddr,
    pub(crate) socket: SocketAddr,
    pub(crate) websocket: SocketAddr,
    pub(crate) load: bool,
}

/// Which nodes this process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Center,
    Engine,
    Both,
}

impl FromStr for Role {
    type Err = &'static str;

    fn from_str(role: &str) -> Result<Self, Self::Err> {
        match role {
            "center" => Ok(Self::Center),
            "engine" => Ok(Self::Engine),
            "both" => Ok(Self::Both),
            _ => Err("`--role` takes `center`, `engine` or `both`"),
        }
    }
}

/// Reads the command line; `None` means that only the usage is wanted.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Option<Args>, lexopt::Error> {
    let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let mut args = Args {
        role: Role::Both,
        center: local(6787),
        engine: local(6789),
        registry: local(6786),
        socket: local(6790),
        websocket: local(6791),
        load: false,
    };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("role") => args.role = parser.value()?.parse()?,
            Arg::Long("center") => args.center = parser.value()?.parse()?,
            Arg::Long("engine") => args.engine = parser.value()?.parse()?,
            Arg::Long("registry") => args.registry = parser.value()?.parse()?,
            Arg::Long("socket") => args.socket = parser.value()?.parse()?,
            Arg::Long("websocket") => args.websocket = parser.value()?.parse()?,
            Arg::Long("load") => args.load = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            _ => return Err(arg.unexpected()),
        }
    }
    if args.load && args.role == Role::Center {
        return Err("`--load` needs an engine".into());
    }
    Ok(Some(args))
}
