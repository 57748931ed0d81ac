//! The exporter over real sockets: requests are written byte by byte, so that no HTTP client hides anything.
#![allow(missing_docs)]
// Clippy knows test functions, but not the helpers and async tests around them.
#![allow(clippy::unwrap_used)]

mod client;
mod config;
mod connections;
mod file_descriptors;
mod gate;
mod mounted;
mod paths;
mod roles;
mod scrapes;
mod shutdown;
mod startup;
mod values;

use std::net::SocketAddr;
use std::time::Duration;

use metricset::Exporter;
use metricset::export::ExporterBuilder;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Everything that is waited for comes long before this.
const DEADLINE: Duration = Duration::from_secs(20);

struct Running {
    addr: SocketAddr,
    errors: mpsc::UnboundedReceiver<String>,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

/// An exporter of an empty registry, unless `settings` says otherwise, on a port of its own.
async fn start(settings: impl FnOnce(ExporterBuilder) -> ExporterBuilder) -> Running {
    let (told, errors) = mpsc::unbounded_channel();
    let builder = Exporter::builder()
        .bind("127.0.0.1:0")
        .registry(metricset::Registry::new())
        .on_error(move |error| {
            // The receiver is gone once the test is.
            let _ = told.send(error.to_string());
        });
    let server = settings(builder).listen().await.unwrap();
    let addr = server.local_addr();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve_until(async {
        stopped.await.expect_err("it is dropped to stop the server");
    }));
    Running {
        addr,
        errors,
        stop: Some(stop),
        serving,
    }
}

impl Running {
    /// Begins the shutdown, which also begins when this is dropped.
    fn stop(&mut self) {
        self.stop.take();
    }

    /// What went wrong next.
    async fn error(&mut self) -> String {
        within(self.errors.recv()).await.unwrap()
    }
}

async fn within<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, what)
        .await
        .expect("should have happened by now")
}

/// Asks again until it is so, under the deadline. The pause only keeps this from spinning: no result depends on it.
async fn eventually(mut is_so: impl AsyncFnMut() -> bool) {
    within(async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}
