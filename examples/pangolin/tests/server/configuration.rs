//! The configuration file: the document's keys, the off switch, and reading it again.

use std::fs;
use std::net::TcpListener;
use std::process::Command;

use metricset_tests::poll::eventually;
use metricset_tests::process::{Example, curl, try_curl};
use tempfile::TempDir;

use crate::{BINARY, Server};

/// A configuration in a folder of its own.
struct Configured {
    folder: TempDir,
}

impl Configured {
    fn new(text: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let configured = Self { folder };
        configured.write(text);
        configured
    }

    fn path(&self) -> String {
        let path = self.folder.path().join("config.yml");
        path.to_str().expect("a plain name").to_owned()
    }

    fn write(&self, text: &str) {
        fs::write(self.path(), text).expect("a writable folder");
    }

    /// The server with no address for its metrics but the configured one.
    fn command(&self) -> Command {
        let mut command = Command::new(BINARY);
        command.args(["--proxy", "127.0.0.1:0", "--config", &self.path()]);
        command
    }
}

const SITES: &str = "sites: [{id: s-1, region: eu, resources: [{id: api}]}]";

#[test]
fn metrics_are_served_on_the_configured_port() {
    for section in ["metrics: {port: 0}", "metrics: {enabled: true, port: 0}"] {
        let configured = Configured::new(section);
        let server = Example::run(&mut configured.command(), "listening on http://");
        assert!(
            server
                .get("/metrics", &[])
                .contains("pangolin_auth_active_users 0")
        );
    }
}

#[test]
fn a_prefix_may_be_configured_too() {
    let configured = Configured::new("metrics: {port: 0, prometheus: {prefix: edge}}");
    let server = Example::run(&mut configured.command(), "listening on http://");
    let exposition = server.get("/metrics", &[]);
    assert!(
        exposition.contains("\nedge_auth_active_users 0\n"),
        "{exposition}"
    );
    assert!(!exposition.contains("pangolin_"), "{exposition}");
}

/// PG-03.
#[test]
fn without_the_section_or_switched_off_nothing_listens_and_the_proxy_works() {
    // Whoever wanted to listen here would fail.
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("it is bound").port();
    for section in [
        String::new(),
        format!("metrics: {{enabled: false, port: {port}}}"),
    ] {
        let configured = Configured::new(&format!("{section}\n{SITES}"));
        // With metrics, this would not be the first line.
        let server = Example::run(&mut configured.command(), "proxy on http://");
        let url = format!("http://{}/api/page", server.address());
        let page = eventually("the site is connected", || try_curl(&[&url]));
        assert_eq!(page, "this is /api/page\n");
    }
}

#[test]
fn a_wrong_configuration_says_what_is_wrong() {
    for (text, message) in [
        ("metrics: {enabled: perhaps}", "metrics.enabled"),
        ("metrics: {port: 70000}", "metrics.port"),
        ("metrics: {prot: 9464}", "metrics.prot"),
        ("metric: {}", "metric"),
        ("sites: [{id: s-1}]", "region"),
    ] {
        let configured = Configured::new(text);
        let output = configured.command().output().expect("the binary starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{text}: {stderr}");
        assert!(stderr.contains(message), "{text}: {stderr}");
        assert!(stderr.contains("config.yml"), "{text}: {stderr}");
    }
}

#[test]
fn a_reload_takes_what_has_changed() {
    let users = "users: {admin: pangolin}";
    let configured = Configured::new(&format!("metrics: {{port: 0}}\n{users}\n{SITES}"));
    let mut metrics = Example::run(&mut configured.command(), "listening on http://");
    let proxy = metrics.announced("proxy on http://");
    let server = Server { metrics, proxy };
    let session = server.log_in();
    let reload = ["--header", &session, "--request", "POST"];
    let sites = || curl(&["--header", &session, &format!("http://{proxy}/ui/sites")]);

    let other = "sites: [{id: s-2, region: us}]";
    configured.write(&format!("metrics: {{port: 0}}\n{users}\n{other}"));
    assert_eq!(sites(), "s-1\n");
    server.send("/ui/reload", &reload);
    assert_eq!(sites(), "s-2\n");

    configured.write("sites: 3");
    let refused = server.try_send("/ui/reload", &reload);
    assert!(refused.is_err_and(|error| error.contains("sites")));
    assert_eq!(sites(), "s-2\n");
    server.wait_for(&[
        r#"config_reloads_total{result="success"} 1"#,
        r#"config_reloads_total{result="failure"} 1"#,
    ]);
}
