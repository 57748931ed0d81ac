//! The cache: a cache channel keeps its last event for whoever subscribes next.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::metrics::CACHE;

/// Of the channels' names and events together.
const MAX_SIZE: usize = 1024 * 1024;

#[derive(Default)]
pub(crate) struct Cache(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    events: HashMap<String, Utf8Bytes>,
    size: usize,
}

impl Cache {
    /// The last event of a channel.
    pub(crate) fn get(&self, channel: &str) -> Option<Utf8Bytes> {
        let event = self.operate(|entries| entries.events.get(channel).cloned());
        match event {
            Some(_) => CACHE.cache_hits_total.inc(),
            None => CACHE.cache_misses_total.inc(),
        }
        event
    }

    /// Keeps an event. A cache that would grow beyond its limit starts over: what is lost is only a convenience.
    pub(crate) fn put(&self, channel: &str, event: Utf8Bytes) {
        self.operate(|entries| {
            let added = channel.len() + event.len();
            if entries.size + added > MAX_SIZE {
                *entries = Entries::default();
            }
            entries.size += added;
            if let Some(replaced) = entries.events.insert(channel.to_owned(), event) {
                entries.size -= channel.len() + replaced.len();
            }
        });
    }

    fn operate<R>(&self, operation: impl FnOnce(&mut Entries) -> R) -> R {
        CACHE.cache_operations_total.inc();
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = entries.size;
        let result = operation(&mut entries);
        // Each app has a cache; the gauge is the sum of them.
        CACHE
            .cache_memory_usage_bytes
            .inc_by(entries.size as i64 - before as i64);
        result
    }
}
