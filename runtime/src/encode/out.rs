//! What an exposition is written to: text, or bytes.

use std::fmt::{Error, Result, Write};
use std::io;

/// Takes whole strings, as bytes: who wants bytes need not pay for finding that they are text.
#[doc(hidden)]
pub trait Out {
    fn put(&mut self, text: &[u8]) -> Result;
}

impl<W: Write> Out for W {
    fn put(&mut self, text: &[u8]) -> Result {
        self.write_str(std::str::from_utf8(text).map_err(|_| Error)?)
    }
}

/// A writer of bytes, and what it failed with.
pub(super) struct Bytes<W> {
    out: W,
    failed: io::Result<()>,
}

impl<W: io::Write> Bytes<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            failed: Ok(()),
        }
    }

    /// What the writer failed with, for the error that it was reported with.
    pub(super) fn failed(self) -> io::Result<()> {
        self.failed
    }
}

impl<W: io::Write> Out for &mut Bytes<W> {
    fn put(&mut self, text: &[u8]) -> Result {
        self.out.write_all(text).map_err(|error| {
            self.failed = Err(error);
            Error
        })
    }
}
