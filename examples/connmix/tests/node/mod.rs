//! Running nodes, and clients of both protocols.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use metricset_tests::poll::eventually;
use metricset_tests::process::{Example, curl};
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_connmix");

const ANY: &str = "127.0.0.1:0";
/// Longer than any answer takes.
const LIMIT: Duration = Duration::from_secs(30);

/// Where a node serves its metrics.
#[derive(Clone, Copy)]
pub(crate) struct Metrics(SocketAddr);

/// A process that is an engine.
pub(crate) struct Engine {
    _process: Example,
    pub(crate) metrics: Metrics,
    socket: SocketAddr,
    websocket: SocketAddr,
}

/// A process that is the center.
pub(crate) struct Center {
    _process: Example,
    pub(crate) metrics: Metrics,
    registry: SocketAddr,
}

impl Center {
    pub(crate) fn start() -> Self {
        let mut command = Command::new(BINARY);
        command.args(["--role", "center", "--center", ANY, "--registry", ANY]);
        let mut process = Example::run(&mut command, "center on http://");
        Self {
            metrics: Metrics(process.address()),
            registry: process.announced("registry on "),
            _process: process,
        }
    }

    /// Starts an engine that registers here.
    pub(crate) fn engine(&self, args: &[&str]) -> Engine {
        Engine::start(self.registry, args)
    }
}

impl Engine {
    /// Starts an engine that registers there.
    pub(crate) fn start(registry: SocketAddr, args: &[&str]) -> Self {
        let mut command = Command::new(BINARY);
        command
            .args(["--role", "engine", "--engine", ANY, "--socket", ANY])
            .args(["--websocket", ANY, "--registry"])
            .arg(registry.to_string())
            .args(args);
        let mut process = Example::run(&mut command, "engine on http://");
        Self {
            metrics: Metrics(process.address()),
            socket: process.announced("socket on "),
            websocket: process.announced("websocket on "),
            _process: process,
        }
    }

    pub(crate) fn socket(&self) -> Client {
        let stream = connect(self.socket);
        Client::Socket(BufReader::new(stream))
    }

    pub(crate) fn websocket(&self) -> Client {
        let stream = connect(self.websocket);
        let (socket, _) = client("ws://localhost/", stream).expect("a handshake");
        Client::WebSocket(Box::new(socket))
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the engine listens");
    let limited = stream.set_read_timeout(Some(LIMIT));
    limited.expect("a limit above zero");
    stream
}

impl Metrics {
    pub(crate) fn get(self, path: &str) -> String {
        curl(&[&format!("http://{}{path}", self.0)])
    }

    /// The value of a series.
    pub(crate) fn value(self, series: &str) -> f64 {
        let exposition = self.get("/metrics");
        let found = exposition
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        let value = found.unwrap_or_else(|| panic!("no `{series}` in\n{exposition}"));
        value.parse().expect("a number")
    }

    /// Waits until every series has its value.
    pub(crate) fn wait_for(self, series: &[(&str, u64)]) {
        eventually("the values", || {
            let exposition = self.get("/metrics");
            for (series, value) in series {
                let line = format!("connmix_{series} {value}");
                if !exposition.lines().any(|served| served == line) {
                    return Err(format!("no `{line}` in\n{exposition}"));
                }
            }
            Ok(())
        });
    }
}

/// A client of an engine.
pub(crate) enum Client {
    Socket(BufReader<TcpStream>),
    WebSocket(Box<WebSocket<TcpStream>>),
}

impl Client {
    pub(crate) fn say(&mut self, message: &str) {
        match self {
            Self::Socket(stream) => {
                let line = format!("{message}\n");
                let written = stream.get_mut().write_all(line.as_bytes());
                written.expect("the engine reads");
            }
            Self::WebSocket(socket) => {
                let sent = socket.send(Message::text(message));
                sent.expect("the engine reads");
            }
        }
    }

    /// The next message; `None` if the engine has hung up.
    pub(crate) fn hear(&mut self) -> Option<String> {
        match self {
            Self::Socket(stream) => {
                let mut line = String::new();
                match stream.read_line(&mut line) {
                    Ok(1..) => Some(line.trim_end().to_owned()),
                    _ => None,
                }
            }
            Self::WebSocket(socket) => {
                let message = socket.read().ok()?;
                Some(message.to_text().expect("text").to_owned())
            }
        }
    }

    /// Waits until the engine has done all that was asked of it so far.
    pub(crate) fn settle(&mut self) {
        self.say("are you there");
        assert_eq!(self.hear().as_deref(), Some("error no such request"));
    }
}
