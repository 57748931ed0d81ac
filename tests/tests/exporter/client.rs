//! Requests and responses as bytes.

use std::io::{self, Read};
use std::net::SocketAddr;

use flate2::read::GzDecoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::within;

pub(crate) struct Response {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Response {
    fn parse(bytes: &[u8]) -> Self {
        let end = end_of_head(bytes).expect("a response has a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut response = Self {
            status,
            head,
            body: bytes[end..].to_vec(),
        };
        if response.header("transfer-encoding") == Some("chunked") {
            response.body = unchunked(&response.body).expect("the last chunk is there");
        }
        response
    }

    /// The value of a header, if it is there once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.head.lines().filter_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        });
        let first = values.next();
        assert_eq!(values.next(), None, "{name} is there twice");
        first
    }

    /// All headers but `date`, which moves.
    pub(crate) fn headers(&self) -> Vec<&str> {
        let lines = self.head.lines().skip(1);
        lines.filter(|line| !line.starts_with("date:")).collect()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn unzipped(&self) -> String {
        let mut text = String::new();
        GzDecoder::new(&*self.body)
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    /// The value of a sample, by its name and labels as they are written.
    pub(crate) fn sample(&self, name: &str) -> Option<f64> {
        self.text().lines().find_map(|line| {
            let value = line.strip_prefix(name)?.strip_prefix(' ')?;
            Some(value.parse().unwrap())
        })
    }
}

/// What the chunks of a body hold; `None` if the end is missing.
pub(crate) fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n")?;
        let len = std::str::from_utf8(&body[..end]).unwrap();
        let len = usize::from_str_radix(len, 16).unwrap();
        if len == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(body.get(end + 2..end + 2 + len)?);
        body = &body[end + 2 + len + 2..];
    }
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(at + 4)
}

/// A connection that stays open from request to request.
pub(crate) struct Connection(pub(crate) TcpStream);

impl Connection {
    pub(crate) async fn open(addr: SocketAddr) -> Self {
        Self(within(TcpStream::connect(addr)).await.unwrap())
    }

    /// Writes a request, or a part of one.
    pub(crate) async fn ask(&mut self, request: &str) {
        within(self.0.write_all(request.as_bytes())).await.unwrap();
    }

    /// Sends one request and reads its response by `Content-Length`.
    pub(crate) async fn send(&mut self, method: &str, path: &str, headers: &[&str]) -> Response {
        self.ask(&request(method, path, headers)).await;
        within(self.read(method == "HEAD")).await.unwrap()
    }

    pub(crate) async fn get(&mut self, path: &str) -> Response {
        self.send("GET", path, &[]).await
    }

    async fn read(&mut self, is_head: bool) -> io::Result<Response> {
        let mut bytes = Vec::new();
        loop {
            if let Some(head) = end_of_head(&bytes) {
                let response = Response::parse(&bytes);
                let body = response.header("content-length").unwrap().parse().unwrap();
                if is_head || bytes.len() - head >= body {
                    return Ok(response);
                }
            }
            if self.0.read_buf(&mut bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Reads to the end. A connection that is reset has ended too.
    pub(crate) async fn closed(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match within(self.0.read_to_end(&mut bytes)).await {
            Err(error) if error.kind() != io::ErrorKind::ConnectionReset => panic!("{error}"),
            _ => bytes,
        }
    }
}

fn request(method: &str, path: &str, headers: &[&str]) -> String {
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: exporter\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request + "\r\n"
}

/// One request on a connection of its own, read to the end, so that nothing may follow the response.
pub(crate) async fn send(addr: SocketAddr, method: &str, path: &str, headers: &[&str]) -> Response {
    let mut connection = Connection::open(addr).await;
    let headers = [headers, &["Connection: close"]].concat();
    connection.ask(&request(method, path, &headers)).await;
    Response::parse(&connection.closed().await)
}

pub(crate) async fn get(addr: SocketAddr, path: &str) -> Response {
    send(addr, "GET", path, &[]).await
}
