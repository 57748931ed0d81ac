//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use lexopt::{Arg, ValueExt};

pub(crate) const USAGE: &str = "\
usage: sockudo [OPTIONS]

  --api ADDR        WebSockets and the HTTP API (default 127.0.0.1:6001)
  --config FILE     configuration in JSON: the object `metrics`
  --listen ADDR     metrics and health over HTTP, in place of the configured host and port
  --app ID          an app that clients may connect to; may be repeated (default demo-app)
  --rate-limit N    events that a client, or an app over HTTP, may publish in a second (default 100)
  --webhook URL     told when a channel is occupied or vacated; http only
  --queue           webhooks wait in a queue for a worker, one after the other
  --load N          N clients of its own that subscribe and publish
  --help            this text

METRICS_ENABLED, METRICS_DRIVER, METRICS_HOST, METRICS_PORT and PROMETHEUS_METRICS_PREFIX stand above the file.
";

#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) api: SocketAddr,
    pub(crate) config: Option<PathBuf>,
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) apps: Vec<String>,
    pub(crate) rate_limit: u32,
    pub(crate) webhook: Option<hyper::Uri>,
    pub(crate) queue: bool,
    pub(crate) load: u32,
}

/// Reads the command line; `None` means that only the usage is wanted.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Option<Args>, lexopt::Error> {
    let mut args = Args {
        api: SocketAddr::from(([127, 0, 0, 1], 6001)),
        config: None,
        listen: None,
        apps: Vec::new(),
        rate_limit: 100,
        webhook: None,
        queue: false,
        load: 0,
    };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("api") => args.api = parser.value()?.parse()?,
            Arg::Long("config") => args.config = Some(parser.value()?.into()),
            Arg::Long("listen") => args.listen = Some(parser.value()?.parse()?),
            Arg::Long("app") => args.apps.push(app(parser.value()?.string()?)?),
            Arg::Long("rate-limit") => args.rate_limit = parser.value()?.parse()?,
            Arg::Long("webhook") => args.webhook = Some(webhook(&parser.value()?.string()?)?),
            Arg::Long("queue") => args.queue = true,
            Arg::Long("load") => args.load = parser.value()?.parse()?,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            _ => return Err(arg.unexpected()),
        }
    }
    if args.apps.is_empty() {
        args.apps.push(String::from("demo-app"));
    }
    Ok(Some(args))
}

/// An id is one segment of a path.
fn app(id: String) -> Result<String, lexopt::Error> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match !id.is_empty() && id.chars().all(fits) {
        true => Ok(id),
        false => Err("`--app` takes letters, digits, `-` and `_`".into()),
    }
}

fn webhook(url: &str) -> Result<hyper::Uri, lexopt::Error> {
    match url.parse::<hyper::Uri>() {
        Ok(url) if url.scheme_str() == Some("http") && url.host().is_some() => Ok(url),
        _ => Err("`--webhook` takes a URL that begins with `http://`".into()),
    }
}
