//! The near end of a pipe to a peer: every frame that crosses it is counted.

use std::io;

use metricset::LabelEnum;
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, split,
};

use crate::metrics::{Bytes, FrameType, Frames, PROTOCOL, TRANSFER, Traffic};

const CONTROL: Bytes = Bytes {
    r#type: Traffic::Control,
};

pub(super) struct Link {
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    writer: WriteHalf<DuplexStream>,
}

impl Link {
    pub(super) fn new(pipe: DuplexStream) -> Self {
        let (reader, writer) = split(pipe);
        Self {
            lines: BufReader::new(reader).lines(),
            writer,
        }
    }

    pub(super) async fn send(&mut self, frame: &str) -> io::Result<()> {
        let line = format!("{frame}\n");
        self.writer.write_all(line.as_bytes()).await?;
        TRANSFER
            .bytes_sent_total
            .with(CONTROL)
            .inc_by(line.len() as u64);
        let frame_type = frame_type(frame);
        TRANSFER.frames_sent_total.with(Frames { frame_type }).inc();
        if let FrameType::Keepalive = frame_type {
            PROTOCOL.keepalives_sent_total.inc();
        }
        Ok(())
    }

    /// The next frame; an error if the peer has hung up. May be cancelled.
    pub(super) async fn receive(&mut self) -> io::Result<String> {
        let frame = self
            .lines
            .next_line()
            .await?
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        let line_break = 1;
        TRANSFER
            .bytes_received_total
            .with(CONTROL)
            .inc_by((frame.len() + line_break) as u64);
        let frame_type = frame_type(&frame);
        TRANSFER
            .frames_received_total
            .with(Frames { frame_type })
            .inc();
        if let FrameType::Keepalive = frame_type {
            PROTOCOL.keepalives_received_total.inc();
        }
        Ok(frame)
    }
}

/// A frame's first word is its type.
fn frame_type(frame: &str) -> FrameType {
    let word = frame.split(' ').next().unwrap_or_default();
    FrameType::from_value(word).unwrap_or(FrameType::Other)
}
