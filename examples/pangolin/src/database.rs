//! A pool of connections to a database.
//!
//! The pool is real, and so is the time that a query waits for one of its connections. The database behind it is a table in
//! memory whose queries take a millisecond.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::auth::Session;
use crate::metrics::METRICS;

const CONNECTIONS: usize = 2;
/// How long a query keeps its connection, since there is no database that would take its time.
const QUERY: Duration = Duration::from_millis(1);

pub(crate) struct Database {
    idle: Semaphore,
    /// By token.
    sessions: Mutex<HashMap<String, Session>>,
}

impl Database {
    pub(crate) fn new() -> Self {
        Self {
            idle: Semaphore::new(CONNECTIONS),
            sessions: Mutex::default(),
        }
    }

    /// Runs a query as soon as there is a connection for it.
    pub(crate) async fn query<R>(
        &self,
        query: impl FnOnce(&mut HashMap<String, Session>) -> R,
    ) -> R {
        let asked = Instant::now();
        // Never closed, so there is always a connection sooner or later.
        let _connection = self.idle.acquire().await;
        let waited = asked.elapsed().as_secs_f64();
        METRICS.database.db_wait_seconds_total.inc_by(waited);
        sleep(QUERY).await;
        self.with_sessions(query)
    }

    /// The same past the pool, for measuring.
    pub(crate) fn with_sessions<R>(
        &self,
        access: impl FnOnce(&mut HashMap<String, Session>) -> R,
    ) -> R {
        access(&mut self.sessions.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Connections that are idle and active.
    pub(crate) fn pool(&self) -> (usize, usize) {
        let idle = self.idle.available_permits();
        (idle, CONNECTIONS - idle)
    }
}
