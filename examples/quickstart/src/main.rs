//! A key-value store over HTTP that measures its requests, and serves the measurements on the same port.
//!
//! ```console
//! $ cargo run -p quickstart -- --load
//! $ curl -T README.md http://127.0.0.1:8000/keys/readme
//! $ curl http://127.0.0.1:8000/metrics
//! ```

mod load;
mod metrics;
mod store;

use std::convert::Infallible;
use std::error::Error;
use std::io::{Write, stdout};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Either;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use lexopt::{Arg, ValueExt};
use metricset::{Exporter, Registry};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::time::sleep;

use store::Store;

const USAGE: &str = "usage: quickstart [--listen ADDR] [--load]

  --listen ADDR  where to serve (default 127.0.0.1:8000)
  --load         send requests to itself
";

#[tokio::main]
async fn main() -> ExitCode {
    let (listen, load) = match parse(lexopt::Parser::from_env()) {
        Ok(args) => args,
        Err(error) => {
            eprint!("error: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match serve(listen, load).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut parser: lexopt::Parser) -> Result<(SocketAddr, bool), lexopt::Error> {
    let mut listen = SocketAddr::from(([127, 0, 0, 1], 8000));
    let mut load = false;
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("listen") => listen = parser.value()?.parse()?,
            Arg::Long("load") => load = true,
            _ => return Err(arg.unexpected()),
        }
    }
    Ok((listen, load))
}

async fn serve(listen: SocketAddr, load: bool) -> Result<(), Box<dyn Error>> {
    metricset::build_info!(
        "quickstart",
        revision = option_env!("GIT_REVISION").unwrap_or_default()
    );
    // Every metric set of the program, the process and its tokio runtime.
    let registry = Registry::linked()?;
    registry.register_process()?;
    registry.register_tokio(Handle::current())?;
    // `/metrics`, `/health`, `/healthz` and `/ready`.
    let exporter = Exporter::builder()
        .registry(registry)
        .version(env!("CARGO_PKG_VERSION"))
        .build()?;
    let store = Arc::new(Store::default());
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let address = listener.local_addr()?;
    writeln!(stdout(), "listening on http://{address}")?;
    if load {
        tokio::spawn(async move {
            if let Err(error) = load::run(address).await {
                eprintln!("load: {error}");
            }
        });
    }
    loop {
        let (stream, _) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                eprintln!("cannot accept: {error}");
                // Out of file descriptors, it would fail again at once.
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (exporter, store) = (exporter.clone(), store.clone());
        let service = service_fn(move |request| {
            let (exporter, store) = (exporter.clone(), store.clone());
            async move {
                let path = request.uri().path().to_owned();
                Ok::<_, Infallible>(match path.strip_prefix("/keys/") {
                    Some(key) => store.call(key, request).await.map(Either::Left),
                    None => exporter.call(request).await?.map(Either::Right),
                })
            }
        });
        tokio::spawn(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(10))
                .serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                eprintln!("connection: {error}");
            }
        });
    }
}
