//! The proxy as its clients see it: every kind of address, right and wrong logins, and what is refused.

use std::io::{Read, Write};
use std::net::TcpStream;

use metricset_tests::poll::eventually;
use metricset_tests::process::{Example, assert_usage, curl, run, try_curl};

const BINARY: &str = env!("CARGO_BIN_EXE_muti-metroo");

/// A node without peers.
struct Node {
    http: Example,
    socks: String,
}

impl Node {
    fn start(args: &[&str]) -> Self {
        let args = [&["--socks", "127.0.0.1:0", "--peers", "0"], args].concat();
        let mut http = Example::start(BINARY, &args);
        let socks = http.announced("socks5 on ").to_string();
        Self { http, socks }
    }

    /// What clients get through the proxy: a node is a web server too.
    fn health(&self, host: &str) -> String {
        format!("http://{host}:{}/health", self.http.address().port())
    }

    /// Waits until a series has this value.
    fn wait_for(&self, series: &str, value: u64) {
        let line = format!("muti_metroo_{series} {value}");
        eventually(&line, || {
            let exposition = self.http.get("/metrics", &[]);
            match exposition.lines().any(|served| served == line) {
                true => Ok(()),
                false => Err(exposition),
            }
        });
    }

    /// What the proxy answers to these bytes, until it hangs up.
    fn answer(&self, bytes: &[u8]) -> Vec<u8> {
        let mut client = TcpStream::connect(&self.socks).expect("the proxy listens");
        client.write_all(bytes).expect("the proxy reads");
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).expect("the proxy answers");
        answer
    }
}

#[test]
fn names_and_addresses_are_reached() {
    let node = Node::start(&[]);
    for url in [node.health("localhost"), node.health("127.0.0.1")] {
        assert_eq!(curl(&["--socks5-hostname", &node.socks, &url]), "OK");
    }
    node.wait_for("streams_opened_total", 2);
    // An address needs no resolution.
    node.wait_for("exit_dns_queries_total", 1);
    node.wait_for("streams_closed_total", 2);
    node.wait_for("streams_active", 0);
}

#[test]
fn ipv6_is_reached_and_listened_on() {
    let node = Node::start(&["--listen", "[::1]:0", "--socks", "[::1]:0"]);
    let url = node.health("[::1]");
    assert_eq!(curl(&["--socks5", &node.socks, &url]), "OK");
}

#[test]
fn a_login_is_asked_for_and_checked() {
    let node = Node::start(&["--user", "ada", "--password", "lovelace"]);
    let url = node.health("localhost");
    let get = |login: &str| {
        try_curl(&[
            "--socks5-hostname",
            &node.socks,
            "--proxy-user",
            login,
            &url,
        ])
    };
    assert_eq!(get("ada:lovelace").as_deref(), Ok("OK"));
    node.wait_for("socks5_auth_failures_total", 0);
    assert!(get("ada:byron").is_err());
    assert!(get("charles:lovelace").is_err());
    // Does not even offer to log in.
    assert!(try_curl(&["--socks5-hostname", &node.socks, &url]).is_err());
    node.wait_for("socks5_auth_failures_total", 3);
    node.wait_for("streams_opened_total", 1);
    node.wait_for("socks5_connections_total", 4);
    node.wait_for("socks5_connections_active", 0);
}

#[test]
fn failures_are_counted_by_what_failed() {
    let node = Node::start(&[]);
    let get = |url: &str| try_curl(&["--socks5-hostname", &node.socks, url]);
    // A label of 64 bytes is one too many for DNS: refused without asking any server.
    assert!(get(&format!("http://{}.invalid", "a".repeat(64))).is_err());
    node.wait_for(r#"exit_errors_total{error_type="dns_failed"}"#, 1);
    node.wait_for(r#"exit_errors_total{error_type="dial_failed"}"#, 0);
    // The port of a service that no machine has run for decades.
    assert!(get("http://127.0.0.1:1").is_err());
    node.wait_for(r#"exit_errors_total{error_type="dial_failed"}"#, 1);
    node.wait_for(r#"stream_errors_total{error_type="rejected"}"#, 2);
}

#[test]
fn what_the_proxy_does_not_speak_is_refused_by_the_book() {
    let node = Node::start(&[]);
    let no_authentication = [5, 0];
    let refusal =
        |reply: u8| [&no_authentication[..], &[5, reply, 0, 1, 0, 0, 0, 0, 0, 0]].concat();
    // BIND.
    assert_eq!(
        node.answer(&[5, 1, 0, 5, 2, 0, 1, 127, 0, 0, 1, 0, 80]),
        refusal(7)
    );
    // An unknown type of address.
    assert_eq!(node.answer(&[5, 1, 0, 5, 1, 0, 9]), refusal(8));
    // No method in common.
    assert_eq!(node.answer(&[5, 1, 1]), [5, 0xff]);
    // SOCKS4.
    assert!(node.answer(&[4]).is_empty());
    // Without a password being asked for, nobody failed to log in.
    node.wait_for("socks5_auth_failures_total", 0);
    node.wait_for("socks5_connections_active", 0);
}

#[test]
fn healthz_tells_peers_and_streams() {
    let node = Node::start(&["--peers", "2"]);
    eventually("two peers", || {
        let health = node.http.get("/healthz", &[]);
        match health.contains(r#""peers":2,"streams":0"#) {
            true => Ok(()),
            false => Err(health),
        }
    });
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    let refused: &[(&[&str], &str)] = &[
        (&["--lisen", "127.0.0.1:0"], "invalid option '--lisen'"),
        (&["--listen", "nowhere"], "nowhere"),
        (&["--user", "ada"], "`--user` needs `--password`"),
        (&["--user", "", "--password", "x"], "1 to 255 bytes"),
        (&["--peers", "-1"], "-1"),
    ];
    assert_usage(BINARY, "muti-metroo", refused);

    let taken = Node::start(&[]);
    let output = run(BINARY, &["--listen", &taken.http.address().to_string()]);
    assert_eq!(output.status.code(), Some(1));
}
