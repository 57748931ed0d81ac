//! An exposition on its way from the thread that makes it to the connection that sends it.
//!
//! Bytes travel in chunks, of which only a few wait to be sent: then the thread waits for the client, with no lock that
//! recording or registering needs. So what a scrape holds in memory does not grow with the series. An exposition that fits into
//! the chunks that may wait, as most do, never waits, and its length is known before it is sent.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// Bytes of a chunk, or a little more.
const CHUNK: usize = 32 * 1024;
/// Chunks that wait to be sent.
const WAITING: usize = 4;

/// An exposition that is being made, and has so long to be taken.
pub(super) fn channel(timeout: Duration) -> (Chunks, Exposition) {
    let (sender, chunks) = mpsc::channel(WAITING);
    let (full, outgrown) = oneshot::channel();
    let chunks = Exposition { chunks, outgrown };
    let sender = Chunks {
        chunk: Vec::new(),
        sender,
        full: Some(full),
        deadline: Instant::now().checked_add(timeout),
        waited: Duration::ZERO,
    };
    (sender, chunks)
}

/// The end that is written to, on a thread that may block.
pub(super) struct Chunks {
    chunk: Vec<u8>,
    sender: mpsc::Sender<Bytes>,
    /// Told when a chunk has to wait for the first time.
    full: Option<oneshot::Sender<()>>,
    /// None if it is beyond what the clock can tell.
    deadline: Option<Instant>,
    waited: Duration,
}

impl Chunks {
    /// Sends what is left, and says how long the client was waited for.
    pub(super) fn finish(mut self) -> io::Result<Duration> {
        self.send()?;
        Ok(self.waited)
    }

    fn send(&mut self) -> io::Result<()> {
        let chunk = Bytes::from(std::mem::take(&mut self.chunk));
        match self.sender.try_send(chunk) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Full(chunk)) => self.wait_and_send(chunk),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(gone()),
        }
    }

    fn wait_and_send(&mut self, chunk: Bytes) -> io::Result<()> {
        if let Some(full) = self.full.take() {
            // Nobody listens if the client has gone, and then the channel is closed too.
            let _ = full.send(());
        }
        let begin = Instant::now();
        let left = self
            .deadline
            .map(|deadline| deadline.saturating_duration_since(begin));
        let sent = Handle::current().block_on(async {
            let sent = self.sender.send(chunk);
            tokio::time::timeout(left.unwrap_or(Duration::MAX), sent).await
        });
        self.waited += begin.elapsed();
        sent.map_err(|_| io::ErrorKind::TimedOut)?
            .map_err(|_| gone())
    }
}

fn gone() -> io::Error {
    io::ErrorKind::BrokenPipe.into()
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.chunk.capacity() == 0 {
            self.chunk.reserve(CHUNK.max(bytes.len()));
        }
        self.chunk.extend_from_slice(bytes);
        if self.chunk.len() >= CHUNK {
            self.send()?;
        }
        Ok(bytes.len())
    }

    /// Chunks are sent when they are full.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The end that is sent to a client.
pub(super) struct Exposition {
    pub(super) chunks: mpsc::Receiver<Bytes>,
    outgrown: oneshot::Receiver<()>,
}

impl Exposition {
    /// Done once the exposition is longer than what may wait; never if it ends before.
    pub(super) async fn outgrown(&mut self) {
        if (&mut self.outgrown).await.is_err() {
            std::future::pending().await
        }
    }

    /// Everything, once all was written.
    pub(super) fn whole(mut self) -> Bytes {
        let first = self.chunks.try_recv().unwrap_or_default();
        let Ok(second) = self.chunks.try_recv() else {
            return first;
        };
        let mut whole = Vec::with_capacity((WAITING + 1) * CHUNK);
        whole.extend_from_slice(&first);
        whole.extend_from_slice(&second);
        while let Ok(chunk) = self.chunks.try_recv() {
            whole.extend_from_slice(&chunk);
        }
        whole.into()
    }
}
