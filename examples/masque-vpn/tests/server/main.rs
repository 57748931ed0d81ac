//! The server as its clients, its operators and its document see it.

mod catalogue;
mod client;
mod command_line;
mod series;
mod tunnel;

use std::net::SocketAddr;

use metricset_tests::poll::eventually;
use metricset_tests::process::Example;

use client::Client;

const BINARY: &str = env!("CARGO_BIN_EXE_masque-vpn");

/// A running server.
struct Server {
    http: Example,
    tunnel: SocketAddr,
}

impl Server {
    /// Without simulated clients.
    fn start(args: &[&str]) -> Self {
        Self::simulated(&[&["--clients", "0"], args].concat())
    }

    fn simulated(args: &[&str]) -> Self {
        let mut http = Example::start(BINARY, &[&["--tunnel", "127.0.0.1:0"], args].concat());
        let tunnel = http.announced("tunnel on ");
        Self { http, tunnel }
    }

    /// A client that got the address.
    fn connect(&self, client_id: &str, address: [u8; 4]) -> Client {
        let client = Client::new(self.tunnel);
        assert_eq!(client.connect("open-sesame", client_id), Ok(address));
        client
    }

    /// Waits until these series have these values.
    fn wait_for(&self, expected: &[(&str, u64)]) {
        let lines: Vec<_> = expected
            .iter()
            .map(|(series, value)| format!("masque_vpn_{series} {value}"))
            .collect();
        eventually("the values", || {
            let exposition = self.http.get("/metrics", &[]);
            let is_served = |line: &&String| exposition.lines().any(|served| served == *line);
            match lines.iter().find(|line| !is_served(line)) {
                None => Ok(()),
                Some(line) => Err(format!("no `{line}` in\n{exposition}")),
            }
        });
    }
}
