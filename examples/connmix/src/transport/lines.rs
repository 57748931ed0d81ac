//! One line for each message.

use std::error::Error;
use std::{io, mem};

use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, ReadHalf,
    WriteHalf,
};

use super::{MAX_LENGTH, Reader, Writer};

pub(crate) struct LineReader<S> {
    reader: BufReader<ReadHalf<S>>,
    /// What has come of the next line.
    line: Vec<u8>,
}

pub(crate) struct LineWriter<S>(WriteHalf<S>);

/// The two halves of a connection.
pub(crate) fn split<S: AsyncRead + AsyncWrite>(stream: S) -> (LineReader<S>, LineWriter<S>) {
    let (reader, writer) = tokio::io::split(stream);
    let reader = LineReader {
        reader: BufReader::new(reader),
        line: Vec::new(),
    };
    (reader, LineWriter(writer))
}

impl<S: AsyncRead + Send> Reader for LineReader<S> {
    async fn read(&mut self) -> io::Result<Option<String>> {
        let left = MAX_LENGTH.saturating_sub(self.line.len());
        let mut limited = (&mut self.reader).take(left as u64);
        limited.read_until(b'\n', &mut self.line).await?;
        let line = String::from_utf8(mem::take(&mut self.line)).map_err(invalid)?;
        match line.strip_suffix('\n') {
            Some(message) => Ok(Some(message.trim_end_matches('\r').to_owned())),
            None if line.is_empty() => Ok(None),
            None => Err(invalid("a line that does not end")),
        }
    }
}

fn invalid(error: impl Into<Box<dyn Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl<S: AsyncWrite + Send> Writer for LineWriter<S> {
    async fn write(&mut self, message: &str) -> io::Result<()> {
        let line = format!("{message}\n");
        self.0.write_all(line.as_bytes()).await
    }
}
