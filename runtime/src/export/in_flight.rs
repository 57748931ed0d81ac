//! Collections: off the async threads, and only so many at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::ServeError;

/// Runs collections on tokio's blocking threads: collectors may block, and even those that do not take their time.
pub(super) struct InFlight {
    places: Arc<Semaphore>,
    timeout: Duration,
}

impl InFlight {
    pub(super) fn new(limit: usize, timeout: Duration) -> Self {
        Self {
            places: Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS))),
            timeout,
        }
    }

    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServeError> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| ServeError::TooManyScrapes)?;
        // A blocking thread cannot be cancelled. The job keeps its place until it ends, also when nobody waits for it any
        // more: collectors that never return use up the places, and not one thread for each scrape.
        let job = tokio::task::spawn_blocking(move || {
            let _place = place;
            job()
        });
        match tokio::time::timeout(self.timeout, job).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(panic)) => Err(ServeError::Scrape {
                source: panic.into(),
            }),
            Err(_) => Err(ServeError::ScrapeTimeout {
                timeout: self.timeout,
            }),
        }
    }
}
