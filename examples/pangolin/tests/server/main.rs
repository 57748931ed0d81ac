//! The server as its users, its operators and its document see it.

mod access;
mod catalogue;
mod command_line;
mod configuration;
mod proxy;
mod sites;

use std::net::SocketAddr;

use metricset_tests::poll::eventually;
use metricset_tests::process::{Example, curl, try_curl};

const BINARY: &str = env!("CARGO_BIN_EXE_pangolin");

/// A running server.
struct Server {
    metrics: Example,
    proxy: SocketAddr,
}

impl Server {
    fn start(args: &[&str]) -> Self {
        let mut metrics = Example::start(BINARY, &[&["--proxy", "127.0.0.1:0"], args].concat());
        let proxy = metrics.announced("proxy on http://");
        let server = Self { metrics, proxy };
        // The first connection of a site is a short one.
        server.wait_for(&[
            r#"ws_connections_total{site_id="s-abc",result="success"} 2"#,
            r#"ws_connections_total{site_id="s-def",result="success"} 2"#,
            r#"backend_health_status{backend="backend-1",site_id="s-abc"} 1"#,
        ]);
        server
    }

    /// Sends a request, with these further arguments of curl.
    fn try_send(&self, path: &str, args: &[&str]) -> Result<String, String> {
        let url = format!("http://{}{path}", self.proxy);
        try_curl(&[args, &[&url]].concat())
    }

    /// The same, if it has to succeed.
    fn send(&self, path: &str, args: &[&str]) -> String {
        let url = format!("http://{}{path}", self.proxy);
        curl(&[args, &[&url]].concat())
    }

    /// The header of a new session.
    fn log_in(&self) -> String {
        let token = self.send("/ui/login", &["--data", "admin:pangolin"]);
        format!("Authorization: Bearer {token}")
    }

    fn exposition(&self) -> String {
        self.metrics.get("/metrics", &[])
    }

    /// Waits until all these lines are served.
    fn wait_for(&self, lines: &[&str]) {
        eventually("the values", || {
            let exposition = self.exposition();
            let is_served = |line: &&&str| {
                let line = format!("pangolin_{line}");
                exposition.lines().any(|served| served == line)
            };
            match lines.iter().find(|line| !is_served(line)) {
                None => Ok(()),
                Some(line) => Err(format!("no `{line}` in\n{exposition}")),
            }
        });
    }
}
