//! Streams: one for each CONNECT, from its opening to its end.
//!
//! In a mesh a stream runs over peers to an exit elsewhere. Here the exit is in the same process, so the frames of a stream
//! are counted where a mesh would send them and are never on a wire; the bytes in them are real.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use metricset::{Counter, InFlightGuard, UpDownGauge};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::exit::{self, DialError, ExitConnection};
use crate::metrics::{
    Bytes, FrameType, Frames, STREAMS, StreamError, StreamErrorType, TRANSFER, Traffic,
};
use crate::socks5::Target;

/// The payload of one frame.
const FRAME_SIZE: usize = 16 * 1024;

/// An open stream.
pub(crate) struct Stream {
    exit: ExitConnection,
    _active: InFlightGuard<UpDownGauge>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        STREAMS.streams_closed_total.inc();
    }
}

impl Stream {
    /// Opens a stream to the target.
    pub(crate) async fn open(target: &Target, limit: Duration) -> Result<Self, DialError> {
        // Failures are observed too: a latency that leaves out the time-outs looks best when nothing works.
        let _latency = STREAMS.stream_open_latency_seconds.start_timer();
        let opens = Frames {
            frame_type: FrameType::StreamOpen,
        };
        TRANSFER.frames_sent_total.with(opens).inc();
        match exit::dial(target, limit).await {
            Ok(exit) => {
                STREAMS.streams_opened_total.inc();
                Ok(Self {
                    exit,
                    _active: STREAMS.streams_active.in_flight(),
                })
            }
            Err(error) => {
                fail(match error {
                    DialError::Timeout => StreamErrorType::Timeout,
                    DialError::DnsFailed | DialError::DialFailed(_) => StreamErrorType::Rejected,
                });
                Err(error)
            }
        }
    }

    /// The address from which the exit connected.
    pub(crate) fn local_address(&self) -> SocketAddr {
        self.exit
            .stream
            .local_addr()
            .unwrap_or_else(|_| (Ipv4Addr::UNSPECIFIED, 0).into())
    }

    /// Carries bytes both ways until both sides have said all, or one of them breaks off.
    pub(crate) async fn relay(mut self, mut client: TcpStream) {
        let data = Bytes {
            r#type: Traffic::Data,
        };
        let frames = Frames {
            frame_type: FrameType::StreamData,
        };
        let (client_read, client_write) = client.split();
        let (exit_read, exit_write) = self.exit.stream.split();
        let sent = carry(
            client_read,
            exit_write,
            TRANSFER.bytes_sent_total.with(data),
            TRANSFER.frames_sent_total.with(frames),
        );
        let received = carry(
            exit_read,
            client_write,
            TRANSFER.bytes_received_total.with(data),
            TRANSFER.frames_received_total.with(frames),
        );
        if tokio::try_join!(sent, received).is_err() {
            fail(StreamErrorType::Reset);
        }
    }
}

fn fail(error_type: StreamErrorType) {
    STREAMS
        .stream_errors_total
        .with(StreamError { error_type })
        .inc();
}

/// One direction, to its end.
async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    bytes: Counter,
    frames: Counter,
) -> io::Result<()> {
    let mut buffer = vec![0; FRAME_SIZE];
    loop {
        let length = from.read(&mut buffer).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..length]).await?;
        bytes.inc_by(length as u64);
        frames.inc();
    }
}
