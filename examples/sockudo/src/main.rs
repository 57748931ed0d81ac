//! Sockudo's documented metrics on a WebSocket pub/sub server.
//!
//! The server is real, if small: clients subscribe to channels over WebSockets, events are published over HTTP or by clients,
//! and each reaches everybody in its channels. `--load` brings clients (`load/`), so that the families move by themselves.

mod adapter;
mod api;
mod app;
mod args;
mod cache;
mod client;
mod config;
mod limit;
mod load;
mod metrics;
mod outbox;
mod server;
mod webhook;

use std::error::Error;
use std::io::{Write, stdout};
use std::process::ExitCode;
use std::sync::Arc;

use metricset::Registry;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use app::App;
use args::{Args, USAGE};
use metrics::CHANNELS;
use server::Server;
use webhook::Webhooks;

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

async fn run(args: Args) -> Result<(), Box<dyn Error + Send + Sync>> {
    let metrics = config::read(args.config.as_deref())?;
    let listener = TcpListener::bind(args.api)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", args.api))?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let shutdown = async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    };

    let webhook = match args.webhook {
        None if args.load > 0 => Some(load::receive_webhooks().await?),
        webhook => webhook,
    };
    let webhooks = Arc::new(Webhooks::start(webhook, args.queue));
    let apps = args
        .apps
        .iter()
        .map(|id| App::new(id.clone(), args.rate_limit, webhooks.clone()));
    let server = Arc::new(Server::new(apps));

    let mut stdout = stdout();
    let exporter = match metrics.exporter("0.0.0.0", 9601) {
        Some(mut exporter) => {
            let prefix = metrics.prefix_or(metrics::PREFIX);
            let registry = Registry::builder()
                .replace_prefix(metrics::PREFIX, prefix)
                .linked()?;
            if let Some(address) = args.listen {
                exporter = exporter.bind(address);
            }
            let exporter = exporter
                .registry(registry)
                .version(env!("CARGO_PKG_VERSION"))
                .health("channels", || CHANNELS.active_channels.get())
                .on_error(|error| eprintln!("metrics: {error}"))
                .listen()
                .await?;
            writeln!(stdout, "listening on http://{}", exporter.local_addr())?;
            Some(exporter)
        }
        None => {
            eprintln!("metrics are disabled");
            None
        }
    };
    writeln!(stdout, "api on {}", listener.local_addr()?)?;

    tokio::spawn(server.clone().serve(listener));
    if let (true, Some(app)) = (args.load > 0, args.apps.first()) {
        load::start(&server, app, args.load);
    }
    match exporter {
        Some(exporter) => exporter.serve_until(shutdown).await,
        None => shutdown.await,
    }
    Ok(())
}
