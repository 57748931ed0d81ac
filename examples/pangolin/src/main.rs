//! Pangolin's documented metrics on a reverse proxy with two backends and health checks.
//!
//! The proxy, its backends, sessions, configuration and jobs are real: `curl` through them moves their families. What takes
//! other machines is simulated: the sites and their tunnels (`site/link.rs`), and the certificate authority
//! (`certificates.rs`).

mod api;
mod app;
mod args;
mod auth;
mod backend;
mod certificates;
mod config;
mod database;
mod http;
mod jobs;
mod load;
mod metrics;
mod observe;
mod proxy;
mod restarts;
mod site;
mod traefik;

use std::error::Error;
use std::future::Future;
use std::io::{self, Write, stdout};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use metricset::Registry;
use metricset::export::{ExporterConfig, Server};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use app::App;
use args::{Args, USAGE};
use auth::Auth;
use backend::Backends;
use certificates::Certificates;
use config::Source;
use database::Database;
use jobs::Jobs;
use load::Credentials;
use observe::observe;
use site::Sites;
use traefik::Traefik;

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
    let source = Source::new(args.config);
    let config = source.read()?;
    let restarts = restarts::count(args.state.as_deref())?;
    let listener = TcpListener::bind(args.proxy)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", args.proxy))?;
    let proxy = listener.local_addr()?;
    let credentials = Credentials::of(&config);

    let (jobs, worker) = Jobs::new();
    let app = Arc::new(App {
        source,
        sites: Arc::default(),
        backends: Backends::start(args.fail_rate, args.backend_down)?,
        auth: Auth {
            users: config.users,
            api_key: config.api_key,
            database: Arc::new(Database::new()),
        },
        certificates: Arc::new(Certificates::new()),
        traefik: Traefik::default(),
        jobs,
    });
    observe(&app, restarts);
    app.sites.configure(&config.sites);

    let stopped = stop_signal()?;
    let server = serve_metrics(&config.metrics, args.listen, app.sites.clone()).await?;
    let mut stdout = stdout();
    match &server {
        Some(server) => writeln!(stdout, "listening on http://{}", server.local_addr())?,
        None => eprintln!("metrics are disabled"),
    }
    writeln!(stdout, "proxy on http://{proxy}")?;

    let checked = app.clone();
    tokio::spawn(async move { checked.backends.check(&checked.sites).await });
    tokio::spawn(app.jobs.clone().schedule());
    tokio::spawn(worker.work(app.clone()));
    tokio::spawn(http::serve(listener, move |request| {
        let app = app.clone();
        async move { api::answer(&app, request).await }
    }));
    if args.load {
        tokio::spawn(async move {
            if let Err(error) = load::run(proxy, credentials).await {
                eprintln!("load: {error}");
            }
        });
    }
    match server {
        Some(server) => server.serve_until(stopped).await,
        None => stopped.await,
    }
    Ok(())
}

/// Starts the exporter, unless metrics are disabled.
async fn serve_metrics(
    config: &ExporterConfig,
    listen: Option<SocketAddr>,
    sites: Arc<Sites>,
) -> Result<Option<Server>, Box<dyn Error + Send + Sync>> {
    let Some(mut exporter) = config.exporter("127.0.0.1", 9464) else {
        return Ok(None);
    };
    if let Some(address) = listen {
        exporter = exporter.bind(address);
    }
    let registry = Registry::builder()
        .replace_prefix("pangolin", config.prefix_or("pangolin"))
        .linked()?;
    let server = exporter
        .registry(registry)
        .version(env!("CARGO_PKG_VERSION"))
        .health("sites", move || sites.all().len() as i64)
        .on_error(|error| eprintln!("metrics: {error}"))
        .listen()
        .await?;
    Ok(Some(server))
}

/// Ends with the first signal to stop.
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    })
}
