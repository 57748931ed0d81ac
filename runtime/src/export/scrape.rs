//! One scrape: the registry encoded, compressed if asked for, and measured.

use std::io::{self, Write};
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::ExporterMetrics;
use super::chunks::Chunks;
use crate::encode::{self, Format};
use crate::{Registry, Size};

/// Level 1: counters shrink to a fifth of their size. Level 6 makes that an eighth, at more than three times the cost; see
/// `docs/performance.md`.
const LEVEL: Compression = Compression::fast();

pub(super) struct Scraper {
    pub(super) registry: Registry,
    pub(super) metrics: ExporterMetrics,
}

impl Scraper {
    /// Writes the exposition as it is sent. What it measures of itself is in the next one.
    pub(super) fn scrape(&self, format: Format, gzip: bool, mut out: Chunks) -> io::Result<()> {
        let begin = Instant::now();
        let (size, len) = if gzip {
            let mut zipped = Counted::new(GzEncoder::new(&mut out, LEVEL));
            let size = self.encode(format, &mut zipped)?;
            zipped.out.finish()?;
            (size, zipped.len)
        } else {
            let mut plain = Counted::new(&mut out);
            (self.encode(format, &mut plain)?, plain.len)
        };
        let waited = out.finish()?;
        let duration = begin.elapsed().saturating_sub(waited);
        self.metrics.scrape_duration_seconds.observe(duration);
        self.metrics.scrape_size_bytes.observe(len as f64);
        self.metrics.exposed_series.set(size.series as i64);
        Ok(())
    }

    fn encode(&self, format: Format, out: impl Write) -> io::Result<Size> {
        encode::write_to(&self.registry, format, out)
    }
}

/// Counts what goes to a writer.
struct Counted<W> {
    out: W,
    len: usize,
}

impl<W> Counted<W> {
    fn new(out: W) -> Self {
        Self { out, len: 0 }
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.len += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
