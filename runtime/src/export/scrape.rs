//! One scrape: the registry encoded, compressed if asked for, and measured.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Bytes;

use super::ExporterMetrics;
use crate::Registry;
use crate::encode::{self, Format};

/// Level 1: metrics shrink to a seventh of their size with it, and to a ninth with level 6 at seven times the cost.
const LEVEL: Compression = Compression::fast();

pub(super) struct Scraper {
    pub(super) registry: Registry,
    pub(super) metrics: ExporterMetrics,
    /// How long the last exposition was: the next one will hardly differ.
    last_len: AtomicUsize,
}

impl Scraper {
    pub(super) fn new(registry: Registry, metrics: ExporterMetrics) -> Self {
        Self {
            registry,
            metrics,
            last_len: AtomicUsize::new(0),
        }
    }

    /// The exposition as it is sent. What it measures of itself is in the next one.
    pub(super) fn scrape(&self, format: Format, gzip: bool) -> io::Result<Bytes> {
        let _timer = self.metrics.scrape_duration_seconds.start_timer();
        let mut text = String::with_capacity(self.last_len.load(Ordering::Relaxed));
        let size = encode::encode(&self.registry, format, &mut text);
        self.last_len.store(text.len(), Ordering::Relaxed);
        self.metrics.scrape_size_bytes.observe(text.len() as f64);
        self.metrics.exposed_series.set(size.series as i64);
        if gzip {
            compress(text.as_bytes()).map(Bytes::from)
        } else {
            Ok(Bytes::from(text))
        }
    }
}

fn compress(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), LEVEL);
    encoder.write_all(text)?;
    encoder.finish()
}
