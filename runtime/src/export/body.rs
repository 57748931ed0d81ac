//! The body of a response.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::body::{Bytes, Frame, SizeHint};
use tokio::sync::mpsc;

use super::ServeError;

/// The body of a response of [`Exporter`](super::Exporter): bytes that are all there from the start, or a long exposition that
/// is made while it is sent.
///
/// The latter fails if a collector panics, or the client does not take it within
/// [`scrape_timeout`](super::ExporterBuilder::scrape_timeout); then the connection has to be closed, so that nobody takes a
/// part for the whole.
pub struct Body(Inner);

enum Inner {
    Whole(Option<Bytes>),
    Streamed {
        chunks: mpsc::Receiver<Bytes>,
        /// What comes of the scrape; none once that is known.
        scrape: Option<Scrape>,
    },
}

pub(super) type Scrape = Pin<Box<dyn Future<Output = Result<(), ServeError>> + Send>>;

impl Body {
    pub(super) fn new(bytes: Bytes) -> Self {
        Self(Inner::Whole((!bytes.is_empty()).then_some(bytes)))
    }

    pub(super) fn streamed(chunks: mpsc::Receiver<Bytes>, scrape: Scrape) -> Self {
        let scrape = Some(scrape);
        Self(Inner::Streamed { chunks, scrape })
    }

    /// In bytes, if that is known.
    pub(super) fn len(&self) -> Option<usize> {
        match &self.0 {
            Inner::Whole(bytes) => Some(bytes.as_ref().map_or(0, Bytes::len)),
            Inner::Streamed { .. } => None,
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::new(Bytes::new())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("len", &self.len()).finish()
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = ServeError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ServeError>>> {
        let (chunks, scrape) = match &mut self.0 {
            Inner::Whole(bytes) => {
                return Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes))));
            }
            Inner::Streamed { chunks, scrape } => (chunks, scrape),
        };
        if let Poll::Ready(Some(chunk)) = chunks.poll_recv(cx) {
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        // No chunk is there, or none will come.
        let Some(running) = scrape else {
            return Poll::Ready(None);
        };
        let result = ready!(running.as_mut().poll(cx));
        *scrape = None;
        if let Err(error) = result {
            return Poll::Ready(Some(Err(error)));
        }
        // Those that were sent in between.
        chunks
            .poll_recv(cx)
            .map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.len() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.len()
            .map_or_else(SizeHint::default, |len| SizeHint::with_exact(len as u64))
    }
}
