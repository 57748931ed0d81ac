//! A SOCKS5 client that is faster than starting curl three thousand times.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any time limit of the proxy under test.
const LIMIT: Duration = Duration::from_secs(30);

/// Connects and logs in; the proxy's verdict is 0 if it was right.
pub(crate) fn log_in(proxy: SocketAddr, user: &str, password: &str) -> (TcpStream, u8) {
    let mut stream = TcpStream::connect(proxy).expect("the proxy listens");
    stream
        .set_read_timeout(Some(LIMIT))
        .expect("a limit above zero");
    let mut login = vec![5, 1, 2, 1];
    for part in [user, password] {
        login.push(part.len().try_into().expect("a short word"));
        login.extend(part.as_bytes());
    }
    stream.write_all(&login).expect("the proxy reads");
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).expect("the proxy answers");
    assert_eq!(answer[..3], [5, 2, 1]);
    (stream, answer[3])
}

/// Asks to be connected to an IPv4 address; the proxy's reply.
pub(crate) fn connect(stream: TcpStream, target: SocketAddr) -> u8 {
    let SocketAddr::V4(target) = target else {
        panic!("{target} is not IPv4");
    };
    let mut address = vec![1];
    address.extend(target.ip().octets());
    request(stream, &address, target.port())
}

fn request(mut stream: TcpStream, address: &[u8], port: u16) -> u8 {
    let request = [&[5, 1, 0], address, &port.to_be_bytes()].concat();
    stream.write_all(&request).expect("the proxy reads");
    let mut answer = [0; 10];
    stream.read_exact(&mut answer).expect("the proxy answers");
    answer[1]
}

/// Connects through a proxy that asks for no password to a port of this host, by the host's name.
pub(crate) fn visit(proxy: SocketAddr, port: u16) {
    let mut stream = TcpStream::connect(proxy).expect("the proxy listens");
    stream
        .set_read_timeout(Some(LIMIT))
        .expect("a limit above zero");
    let no_password = 0;
    stream
        .write_all(&[5, 1, no_password])
        .expect("the proxy reads");
    let mut answer = [0; 2];
    stream.read_exact(&mut answer).expect("the proxy answers");
    assert_eq!(answer, [5, no_password]);
    let name = b"localhost";
    let length = name.len().try_into().expect("a short name");
    assert_eq!(
        request(stream, &[&[3, length], &name[..]].concat(), port),
        0
    );
}
