//! The exit: resolves names and dials out.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use metricset::{InFlightGuard, UpDownGauge};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::metrics::{EXIT, ExitError, ExitErrorType};
use crate::socks5::Target;

/// A connection to a target, counted while it lives.
pub(crate) struct ExitConnection {
    pub(crate) stream: TcpStream,
    _active: InFlightGuard<UpDownGauge>,
}

/// Why the target was not reached.
#[derive(Debug)]
pub(crate) enum DialError {
    DnsFailed,
    DialFailed(io::Error),
    Timeout,
}

impl DialError {
    fn error_type(&self) -> ExitErrorType {
        match self {
            Self::DnsFailed => ExitErrorType::DnsFailed,
            Self::DialFailed(_) => ExitErrorType::DialFailed,
            Self::Timeout => ExitErrorType::Timeout,
        }
    }
}

/// Connects to the target within the limit, name resolution included.
pub(crate) async fn dial(target: &Target, limit: Duration) -> Result<ExitConnection, DialError> {
    let connected = match timeout(limit, connect(target)).await {
        Ok(connected) => connected,
        Err(_) => Err(DialError::Timeout),
    };
    match connected {
        Ok(stream) => {
            EXIT.exit_connections_total.inc();
            Ok(ExitConnection {
                stream,
                _active: EXIT.exit_connections_active.in_flight(),
            })
        }
        Err(error) => {
            let error_type = error.error_type();
            EXIT.exit_errors_total.with(ExitError { error_type }).inc();
            Err(error)
        }
    }
}

async fn connect(target: &Target) -> Result<TcpStream, DialError> {
    let addresses = match target {
        Target::Address(address) => vec![*address],
        Target::Name(name, port) => resolve(name, *port)
            .await
            .map_err(|_| DialError::DnsFailed)?,
    };
    TcpStream::connect(&addresses[..])
        .await
        .map_err(DialError::DialFailed)
}

async fn resolve(name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    EXIT.exit_dns_queries_total.inc();
    let _latency = EXIT.exit_dns_latency_seconds.start_timer();
    Ok(lookup_host((name, port)).await?.collect())
}
