//! CONNMIX's documented metrics on a message relay of two nodes.
//!
//! The relay is real, if small: clients of an engine subscribe to channels and send to them, and the center forwards what
//! they send to other engines. Both nodes run in one process unless `--role` says otherwise, each with its own metrics on its
//! own port. The Go runtime under the real one is simulated (`go/`).

mod args;
mod center;
mod engine;
mod go;
mod load;
mod metrics;
mod transport;
mod wire;

use std::error::Error;
use std::io::{Write, stdout};
use std::net::SocketAddr;
use std::process::ExitCode;

use metricset::export::Server;
use metricset::{Exporter, Registry};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use args::{Args, Role, USAGE};
use engine::Engine;
use metrics::{CenterMetrics, EngineMetrics};

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
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut stdout = stdout();
    let mut servers = Vec::new();
    let mut registry = args.registry;
    if args.role != Role::Engine {
        let families = Registry::builder().without::<EngineMetrics>().linked()?;
        let server = serve(families, args.center).await?;
        writeln!(stdout, "center on http://{}", server.local_addr())?;
        servers.push(server);
        let listener = bind(args.registry).await?;
        registry = listener.local_addr()?;
        writeln!(stdout, "registry on {registry}")?;
        tokio::spawn(center::serve(listener));
    }
    if args.role != Role::Center {
        let families = Registry::builder().without::<CenterMetrics>().linked()?;
        let server = serve(families, args.engine).await?;
        writeln!(stdout, "engine on http://{}", server.local_addr())?;
        servers.push(server);
        let engine = Engine::start(registry);
        let listener = bind(args.socket).await?;
        writeln!(stdout, "socket on {}", listener.local_addr()?)?;
        tokio::spawn(engine.clone().serve_sockets(listener));
        let listener = bind(args.websocket).await?;
        writeln!(stdout, "websocket on {}", listener.local_addr()?)?;
        tokio::spawn(engine.clone().serve_websockets(listener));
        if args.load {
            load::start(&engine, registry);
        }
    }

    let (stop, stopped) = watch::channel(());
    let mut nodes = JoinSet::new();
    for server in servers {
        let mut stopped = stopped.clone();
        // The end of the channel is all that comes.
        nodes.spawn(server.serve_until(async move { while stopped.changed().await.is_ok() {} }));
    }
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    drop(stop);
    nodes.join_all().await;
    Ok(())
}

/// A node's families, with those of the foreign runtime, on the node's own port.
async fn serve(families: Registry, address: SocketAddr) -> Result<Server, Box<dyn Error>> {
    go::register(&families)?;
    let exporter = Exporter::builder()
        .registry(families)
        .bind(address)
        .version(env!("CARGO_PKG_VERSION"))
        .on_error(|error| eprintln!("metrics: {error}"));
    Ok(exporter.listen().await?)
}

async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| format!("cannot listen on {address}: {error}"))
}
