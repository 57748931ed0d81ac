//! The server as its clients see it, and what it says of them.

mod client;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;

use client::Client;
use metricset_tests::poll::eventually;
use metricset_tests::process::{Example, assert_touched, curl, try_curl};
use serde_json::{Value, json};

const BINARY: &str = env!("CARGO_BIN_EXE_sockudo");

struct Server {
    metrics: Example,
    api: String,
}

impl Server {
    fn start(args: &[&str]) -> Self {
        let args = [&["--api", "127.0.0.1:0"], args].concat();
        let mut metrics = Example::start(BINARY, &args);
        let api = metrics.announced("api on ").to_string();
        Self { metrics, api }
    }

    fn client(&self) -> Client {
        Client::connect(&self.api, "demo-app")
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.api)
    }

    /// Publishes over HTTP; the status of the answer.
    fn publish(&self, body: &str) -> String {
        self.status(&["--data", body, &self.url("/apps/demo-app/events")])
    }

    /// The status of an answer, whatever it is.
    fn status(&self, args: &[&str]) -> String {
        let answer = ["--no-fail-with-body", "--output", "/dev/null"];
        curl(&[&answer[..], &["--write-out", "%{http_code}"], args].concat())
    }

    /// Waits until every series has its value.
    fn wait_for(&self, series: &[(&str, u64)]) {
        eventually("the values", || {
            let exposition = self.metrics.get("/metrics", &[]);
            for (series, value) in series {
                let line = format!("sockudo_{series} {value}");
                if !exposition.lines().any(|served| served == line) {
                    return Err(format!("no `{line}` in\n{exposition}"));
                }
            }
            Ok(())
        });
    }
}

fn event(channels: &[&str], data: &str) -> String {
    json!({ "name": "news", "channels": channels, "data": data }).to_string()
}

#[test]
fn what_is_published_reaches_the_subscribers() {
    let server = Server::start(&[]);
    let (mut ada, mut bob) = (server.client(), server.client());
    ada.subscribe("room", json!({}));
    bob.subscribe("room", json!({}));
    bob.subscribe("other", json!({}));
    assert_eq!(server.publish(&event(&["room", "empty"], "hello")), "200");
    for client in [&mut ada, &mut bob] {
        let heard = client.hear("news");
        assert_eq!(heard["channel"], "room");
        assert_eq!(heard["data"], "hello");
    }
    let channels = curl(&[&server.url("/apps/demo-app/channels")]);
    let channels: Value = serde_json::from_str(&channels).expect("JSON");
    assert_eq!(channels["channels"]["room"]["subscription_count"], 2);
    server.wait_for(&[
        (r#"active_connections{app_id="demo-app"}"#, 2),
        (r#"connections_per_app{app_id="demo-app"}"#, 2),
        ("total_connections", 2),
        ("messages_received_total", 3),
        ("broadcast_messages_total", 2),
        // Three subscriptions, and the event twice.
        (
            r#"messages_sent_total{app_id="demo-app",channel_type="public"}"#,
            5,
        ),
        (r#"http_requests_total{status="200"}"#, 2),
        (
            r#"http_request_duration_seconds_count{method="POST",endpoint="/events"}"#,
            1,
        ),
        ("http_response_size_bytes_count", 2),
        ("active_channels", 2),
        ("channel_subscriptions_total", 3),
        ("rate_limit_checks_total", 1),
    ]);

    bob.say("pusher:unsubscribe", None, json!({ "channel": "other" }));
    ada.close();
    drop(bob);
    server.wait_for(&[
        (r#"active_connections{app_id="demo-app"}"#, 0),
        (r#"connections_per_app{app_id="demo-app"}"#, 0),
        ("active_channels", 0),
        ("channel_unsubscriptions_total", 3),
        // Ada said goodbye, Bob did not.
        ("connection_errors_total", 1),
    ]);
}

#[test]
fn clients_talk_in_private_channels_only() {
    let server = Server::start(&[]);
    let (mut ada, mut bob) = (server.client(), server.client());
    for client in [&mut ada, &mut bob] {
        client.subscribe("private-room", json!({}));
        client.subscribe("room", json!({}));
    }
    ada.say("client-typing", Some("room"), json!(1));
    assert_eq!(ada.hear("pusher:error")["data"]["code"], 4009);
    ada.say("client-typing", Some("private-other"), json!(2));
    assert_eq!(ada.hear("pusher:error")["data"]["code"], 4009);
    ada.say("client-typing", Some("private-room"), json!(3));
    assert_eq!(bob.hear("client-typing")["data"], 3);
    ada.say("pusher:ping", None, json!({}));
    // Without an echo of her own event.
    ada.hear("pusher:pong");
    server.wait_for(&[("client_events_total", 1), ("broadcast_messages_total", 1)]);
}

#[test]
fn a_member_of_a_presence_channel_counts_once() {
    let server = Server::start(&[]);
    let user = |id: &str| json!({ "channel_data": json!({ "user_id": id }).to_string() });
    let mut ada = server.client();
    ada.subscribe("presence-room", user("ada"));
    let mut ada_again = server.client();
    let joined = ada_again.subscribe("presence-room", user("ada"));
    assert_eq!(joined["data"]["presence"]["count"], 1);
    server.wait_for(&[("presence_members", 1)]);
    let mut bob = server.client();
    let joined = bob.subscribe("presence-room", user("bob"));
    assert_eq!(joined["data"]["presence"]["ids"], json!(["ada", "bob"]));
    assert_eq!(
        ada.hear("pusher_internal:member_added")["data"]["user_id"],
        "bob"
    );
    server.wait_for(&[("presence_members", 2)]);

    ada_again.close();
    bob.close();
    assert_eq!(
        ada.hear("pusher_internal:member_removed")["data"]["user_id"],
        "bob"
    );
    server.wait_for(&[("presence_members", 1)]);
    ada.say(
        "pusher:subscribe",
        None,
        json!({ "channel": "presence-other" }),
    );
    assert_eq!(ada.hear("pusher:error")["data"]["code"], 4009);
}

#[test]
fn a_cache_channel_keeps_its_last_event() {
    let server = Server::start(&[]);
    let mut ada = server.client();
    ada.subscribe("cache-news", json!({}));
    ada.hear("pusher:cache_miss");
    for data in ["first", "second"] {
        assert_eq!(server.publish(&event(&["cache-news"], data)), "200");
        assert_eq!(ada.hear("news")["data"], data);
    }
    let mut bob = server.client();
    bob.subscribe("cache-news", json!({}));
    let kept = bob.hear("news");
    assert_eq!(kept["data"], "second");
    server.wait_for(&[
        ("cache_hits_total", 1),
        ("cache_misses_total", 1),
        ("cache_operations_total", 4),
        (
            "cache_memory_usage_bytes",
            ("cache-news".len() + kept.to_string().len()) as u64,
        ),
    ]);
}

#[test]
fn whoever_publishes_too_fast_is_told() {
    let server = Server::start(&["--rate-limit", "1"]);
    let mut ada = server.client();
    ada.subscribe("private-room", json!({}));
    // One is admitted in each second, and the next one refused.
    eventually("a refusal", || {
        ada.say("client-typing", Some("private-room"), json!({}));
        ada.say("pusher:ping", None, json!({}));
        match ada.next() {
            refusal if refusal["data"]["code"] == 4301 => Ok(()),
            other => Err(other.to_string()),
        }
    });
    eventually("a refusal over HTTP", || {
        match server.publish(&event(&["room"], "hello")).as_str() {
            "429" => Ok(()),
            status => Err(status.to_owned()),
        }
    });
    server.wait_for(&[
        ("rate_limit_triggered_total", 2),
        (r#"http_requests_total{status="429"}"#, 1),
    ]);
}

#[test]
fn requests_are_counted_by_their_status() {
    let server = Server::start(&[]);
    let events = server.url("/apps/demo-app/events");
    for (status, args) in [
        ("400", &["--data", "{", &events][..]),
        ("404", &[&server.url("/apps/nobody/events")]),
        ("404", &[&server.url("/apps/demo-app/users")]),
        ("404", &[&server.url("/")]),
        ("405", &["--request", "DELETE", &events]),
        (
            "501",
            &["--data", "{}", &server.url("/apps/demo-app/batch_events")],
        ),
    ] {
        assert_eq!(server.status(args), status, "{args:?}");
    }
    assert_eq!(server.publish(&"x".repeat(65 * 1024)), "413");
    server.wait_for(&[
        (r#"http_requests_total{status="200"}"#, 0),
        (r#"http_requests_total{status="400"}"#, 1),
        (r#"http_requests_total{status="404"}"#, 3),
        (r#"http_requests_total{status="405"}"#, 1),
        (r#"http_requests_total{status="413"}"#, 1),
        (r#"http_requests_total{status="501"}"#, 1),
        (
            r#"http_request_duration_seconds_count{method="other",endpoint="/events"}"#,
            1,
        ),
        (
            r#"http_request_duration_seconds_count{method="GET",endpoint="other"}"#,
            2,
        ),
    ]);
}

#[test]
fn connections_that_are_not_to_be_are_errors() {
    let server = Server::start(&[]);
    assert_eq!(server.status(&[&server.url("/app/nobody")]), "404");
    assert_eq!(server.status(&[&server.url("/app/demo-app")]), "426");
    let mut nonsense = TcpStream::connect(&server.api).expect("the server listens");
    nonsense.write_all(b"nonsense\r\n\r\n").expect("it reads");
    let mut answer = Vec::new();
    nonsense.read_to_end(&mut answer).expect("it hangs up");
    server.wait_for(&[("connection_errors_total", 3), ("total_connections", 0)]);
}

#[test]
fn a_connection_that_idles_is_closed_and_no_error() {
    let server = Server::start(&[]);
    let mut client = TcpStream::connect(&server.api).expect("the server listens");
    let request = "GET /apps/demo-app/channels HTTP/1.1\r\nhost: x\r\n\r\n";
    client.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    client.read_to_string(&mut answer).expect("it hangs up");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    server.wait_for(&[("connection_errors_total", 0)]);
}

#[test]
fn webhooks_tell_of_channels() {
    let receiver = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/hook", receiver.local_addr().expect("bound"));
    let server = Server::start(&["--webhook", &url]);
    let mut ada = server.client();
    ada.subscribe("room", json!({}));
    assert!(answer(&receiver, "200 OK").contains("channel_occupied"));
    ada.say("pusher:unsubscribe", None, json!({ "channel": "room" }));
    assert!(answer(&receiver, "500 Oh No").contains("channel_vacated"));
    server.wait_for(&[
        ("webhooks_sent_total", 1),
        ("webhooks_failed_total", 1),
        ("webhook_duration_seconds_count", 2),
    ]);
}

#[test]
fn webhooks_wait_in_the_queue() {
    let receiver = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/hook", receiver.local_addr().expect("bound"));
    let server = Server::start(&["--queue", "--webhook", &url]);
    let mut ada = server.client();
    for channel in ["one", "two", "three"] {
        ada.subscribe(channel, json!({}));
    }
    server.wait_for(&[("queue_active_jobs", 3), ("queue_jobs_processed_total", 0)]);
    for status in ["200 OK", "200 OK", "503 Not Now"] {
        answer(&receiver, status);
    }
    server.wait_for(&[
        ("queue_active_jobs", 0),
        ("queue_jobs_processed_total", 2),
        ("queue_jobs_failed_total", 1),
        ("queue_job_duration_seconds_count", 3),
        ("webhooks_sent_total", 2),
        ("webhooks_failed_total", 1),
    ]);
}

/// Answers one request with this status; gives what was asked.
fn answer(receiver: &TcpListener, status: &str) -> String {
    let (mut stream, _) = receiver.accept().expect("a webhook");
    let mut request = String::new();
    let mut buffer = [0; 4096];
    while !request.ends_with("]}") {
        let length = stream.read(&mut buffer).expect("a request");
        assert_ne!(length, 0, "{request}");
        request += std::str::from_utf8(&buffer[..length]).expect("text");
    }
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(answer.as_bytes()).expect("it reads");
    request
}

#[test]
fn load_moves_every_family() {
    let server = Server::start(&["--load", "8", "--queue"]);
    assert_touched(|| server.metrics.get("/healthz", &[]));
    assert!(server.metrics.interrupt().success());
}

#[test]
fn with_metrics_disabled_nothing_listens_and_the_server_serves() {
    let mut command = Command::new(BINARY);
    command
        .args(["--listen", "127.0.0.1:0", "--api", "127.0.0.1:0"])
        .env("METRICS_ENABLED", "false");
    // The first line, where the address of the metrics would be.
    let server = Example::run(&mut command, "api on ");
    let api = server.address().to_string();
    let mut ada = Client::connect(&api, "demo-app");
    ada.subscribe("room", json!({}));
    let events = format!("http://{api}/apps/demo-app/events");
    assert_eq!(curl(&["--data", &event(&["room"], "hello"), &events]), "{}");
    assert_eq!(ada.hear("news")["data"], "hello");
    assert!(try_curl(&[&format!("http://{api}/metrics")]).is_err());
    assert!(server.interrupt().success());
}

#[test]
fn the_environment_stands_above_the_file() {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    let config = json!({ "metrics": {
        "enabled": false,
        "host": "127.0.0.1",
        "port": 1,
        "prometheus": { "prefix": "from_file_" },
    }});
    file.write_all(config.to_string().as_bytes())
        .expect("a writable file");
    let mut command = Command::new(BINARY);
    command
        .args(["--api", "127.0.0.1:0", "--config"])
        .arg(file.path())
        .env("METRICS_ENABLED", "1")
        .env("METRICS_PORT", "0");
    let server = Example::run(&mut command, "listening on http://");
    assert!(server.address().ip().is_loopback());
    let exposition = server.get("/metrics", &[]);
    assert!(
        exposition.contains("\nfrom_file_active_channels 0\n"),
        "{exposition}"
    );
}

#[test]
fn a_wrong_start_says_what_is_wrong() {
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let output = Command::new(BINARY)
            .args(["--api", "127.0.0.1:0"])
            .args(args)
            .envs(variables.iter().copied())
            .output()
            .expect("the binary starts");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), stderr)
    };
    for (args, message) in [
        (&["--lisen", "127.0.0.1:0"][..], "invalid option '--lisen'"),
        (&["--app", "a/b"], "letters, digits"),
        (&["--webhook", "ftp://localhost/"], "http://"),
        (&["--load", "some"], "some"),
    ] {
        let (code, stderr) = run(args, &[]);
        assert_eq!(code, Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains(message), "{args:?}: {stderr}");
    }
    let (code, stderr) = run(&[], &[("METRICS_DRIVER", "statsd")]);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("`METRICS_DRIVER` is `statsd`"), "{stderr}");
    assert!(stderr.contains("write `prometheus`"), "{stderr}");

    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    // SK-24
    let commented =
        "{ \"metrics\": {\n\"host\": \"127.0.0.1\",  // Only local access\n\"port\": 9601 } }";
    file.write_all(commented.as_bytes())
        .expect("a writable file");
    let path = file.path().to_str().expect("a plain name");
    let (code, stderr) = run(&["--config", path], &[]);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(
        stderr.contains(path) && stderr.contains("line 2"),
        "{stderr}"
    );
}
