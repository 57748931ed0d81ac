//! masque-vpn's documented metrics on a tunnel over UDP.
//!
//! The tunnel is real: clients ask for an address, send packets from it, and get answers. What takes a kernel, certificates or
//! an internet is simulated: QUIC and TLS below the tunnel (`frame.rs`), the interface behind it (`tun.rs`), and, unless
//! `--clients 0` says otherwise, the clients (`clients.rs`).

mod args;
mod clients;
mod metrics;
mod pool;
mod tunnel;

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use metricset::{Exporter, Registry};
use tokio::net::UdpSocket;
use tokio::signal::unix::{SignalKind, signal};

use args::{Args, USAGE};
use metrics::{CONNECTIONS, PoolMetrics, SYSTEM};
use pool::AddressPool;
use tunnel::{Server, Settings, Tun};

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
    let start = Instant::now();
    let uptime = move || start.elapsed().as_secs_f64();
    SYSTEM.server_uptime_seconds.read_with(uptime);
    let pool = Arc::new(AddressPool::new(args.pool_size));
    let counted = pool.clone();
    let registry = Registry::builder()
        .refresh::<PoolMetrics>(move |metrics| {
            let (total, available) = (counted.size().into(), counted.available() as i64);
            metrics.ip_pool_total.set(total);
            metrics.ip_pool_available.set(available);
            metrics.ip_pool_used.set(total - available);
        })
        .linked()?;
    let server = Exporter::builder()
        .registry(registry)
        .bind(args.listen)
        .version(env!("CARGO_PKG_VERSION"))
        .health("connections", || CONNECTIONS.active_connections.get())
        .on_error(|error| eprintln!("metrics: {error}"))
        .listen()
        .await?;
    let socket = UdpSocket::bind(args.tunnel)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", args.tunnel))?;
    let tunnel = socket.local_addr()?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;

    let mut stdout = stdout();
    writeln!(stdout, "listening on http://{}", server.local_addr())?;
    writeln!(stdout, "tunnel on {tunnel}")?;

    let tun = match args.no_tun {
        true => Tun::down(),
        false => Tun::up(),
    };
    clients::start(args.clients, tunnel, &args.token);
    let settings = Settings {
        token: args.token,
        idle_timeout: args.idle_timeout,
        linger: args.linger,
    };
    let tunnel = tokio::spawn(Server::new(socket, tun, pool, settings).serve());
    let stopped = async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    };
    tokio::select! {
        () = server.serve_until(stopped) => Ok(()),
        // A tunnel that ends has failed.
        failed = tunnel => Ok(failed??),
    }
}
