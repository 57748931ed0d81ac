//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use lexopt::{Arg, ValueExt};

pub(crate) const USAGE: &str = "\
usage: pangolin [OPTIONS]

  --config FILE        YAML, such as config.yml beside this program's source, which is the default
  --listen ADDR        metrics and health over HTTP, wherever the configuration says (port 9464)
  --proxy ADDR         proxy, user interface and API (default 127.0.0.1:3000)
  --state FILE         counts the starts of this program, so that it knows how often it was restarted
  --fail-rate PERCENT  of the requests that backends answer with an error (default 0)
  --backend-down       leave one of the two backends out
  --load               send requests to itself
  --help               this text
";

#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) config: Option<PathBuf>,
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) proxy: SocketAddr,
    pub(crate) state: Option<PathBuf>,
    pub(crate) fail_rate: u8,
    pub(crate) backend_down: bool,
    pub(crate) load: bool,
}

/// Reads the command line; `None` means that only the usage is wanted.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Option<Args>, lexopt::Error> {
    let mut args = Args {
        config: None,
        listen: None,
        proxy: SocketAddr::from(([127, 0, 0, 1], 3000)),
        state: None,
        fail_rate: 0,
        backend_down: false,
        load: false,
    };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("config") => args.config = Some(parser.value()?.into()),
            Arg::Long("listen") => args.listen = Some(parser.value()?.parse()?),
            Arg::Long("proxy") => args.proxy = parser.value()?.parse()?,
            Arg::Long("state") => args.state = Some(parser.value()?.into()),
            Arg::Long("fail-rate") => args.fail_rate = parser.value()?.parse()?,
            Arg::Long("backend-down") => args.backend_down = true,
            Arg::Long("load") => args.load = true,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            _ => return Err(arg.unexpected()),
        }
    }
    if args.fail_rate > 100 {
        return Err("`--fail-rate` must be between 0 and 100".into());
    }
    Ok(Some(args))
}
