//! Muti Metroo's documented metrics on a SOCKS5 proxy.
//!
//! The proxy is real: `curl --socks5-hostname` through it moves the SOCKS5, stream, exit and byte families. The mesh around
//! it is simulated (`mesh.rs`), so that the families of peers, routes and remote calls have something to count.

mod args;
mod exit;
mod mesh;
mod metrics;
mod socks5;
mod stream;

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;

use metricset::Exporter;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use args::{Args, USAGE};
use metrics::{PEERS, STREAMS};
use socks5::Proxy;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match args::parse(lexopt::Parser::from_env()) {
        Ok(Some(args)) => run(args).await,
        Ok(None) => stdout().write_all(USAGE.as_bytes()).map_err(Into::into),
        Err(error) => {
            eprint!("error: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let server = Exporter::builder()
        .bind(args.listen)
        .version(env!("CARGO_PKG_VERSION"))
        .health("peers", || PEERS.peers_connected.get())
        .health("streams", || STREAMS.streams_active.get())
        .on_error(|error| eprintln!("metrics: {error}"))
        .listen()
        .await?;
    let listener = TcpListener::bind(args.socks)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", args.socks))?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;

    let mut stdout = stdout();
    writeln!(stdout, "listening on http://{}", server.local_addr())?;
    writeln!(stdout, "socks5 on {}", listener.local_addr()?)?;

    let proxy = Proxy {
        listener,
        credentials: args.credentials,
        dial_timeout: args.dial_timeout,
    };
    tokio::spawn(proxy.serve());
    mesh::start(args.peers);
    server
        .serve_until(async move {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = interrupted.recv() => {}
            }
        })
        .await;
    Ok(())
}
