//! A family whose collection waits for as long as a test wants.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;

use metricset::{Counter, Family, LabelSet, MetricSet, Registry};
use tokio::task::JoinSet;

use crate::client::{self, Response};
use crate::within;

#[derive(LabelSet)]
struct Door<'a> {
    door: &'a str,
}

/// Doors.
#[derive(MetricSet)]
#[metrics(prefix = "gate", register = false)]
struct Doors {
    /// Times that a door opened.
    #[metric(idle_timeout = "1h")]
    openings_total: Family<Door<'static>, Counter>,
}

/// Collection waits until this is dropped.
pub(crate) struct Gate {
    open: Option<mpsc::Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

impl Gate {
    /// A closed gate in the registry. `retain` locks the family while it runs, and so does a collection that
    /// looks for idle series.
    pub(crate) fn close(registry: &Registry) -> Self {
        let doors: Doors = registry.register().unwrap();
        doors.openings_total.with(Door { door: "front" }).inc();
        let (open, opened) = mpsc::channel();
        let (locked, is_locked) = mpsc::channel();
        let keeper = std::thread::spawn(move || {
            doors.openings_total.retain(|_| {
                locked.send(()).unwrap();
                // Ends when the gate is dropped.
                let _ = opened.recv();
                true
            });
        });
        is_locked.recv().unwrap();
        Self {
            open: Some(open),
            keeper: Some(keeper),
        }
    }

    pub(crate) fn open(self) {}
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.open.take();
        if let Some(keeper) = self.keeper.take() {
            keeper.join().unwrap();
        }
    }
}

/// A scrape that waits at a closed gate, of an exporter that takes one at a time, and the refusal that shows it: two scrapes
/// are sent, and only one of them can be refused.
pub(crate) async fn scrape_in_flight(addr: SocketAddr) -> (JoinSet<Response>, Response) {
    let mut scrapes = JoinSet::new();
    for _ in 0..2 {
        scrapes.spawn(client::get(addr, "/metrics"));
    }
    let refused = within(scrapes.join_next()).await.unwrap().unwrap();
    (scrapes, refused)
}
