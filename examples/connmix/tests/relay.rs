//! The relay as clients see it, and what both nodes say of them.

mod node;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Command;

use metricset_tests::poll::eventually;
use metricset_tests::process::assert_touched;
use node::{BINARY, Center, Client, Engine};

const DURATION: &str = "connmix_engine_servers_send_duration_seconds";

#[test]
fn messages_reach_the_others_over_both_protocols() {
    let center = Center::start();
    let engine = center.engine(&[]);
    let (mut ada, mut bob) = (engine.socket(), engine.websocket());
    for client in [&mut ada, &mut bob] {
        client.say("subscribe room");
        client.settle();
    }
    ada.say("send room hello there");
    assert_eq!(bob.hear().as_deref(), Some("message room hello there"));
    bob.say("send room hi");
    assert_eq!(ada.hear().as_deref(), Some("message room hi"));
    // CX-05: every message that was sent is timed, the answers of `settle` too.
    engine.metrics.wait_for(&[
        ("engine_servers_clients", 2),
        (r#"engine_servers_read_messages_total{protocol="socket"}"#, 3),
        (r#"engine_servers_read_messages_total{protocol="websocket"}"#, 3),
        (r#"engine_servers_send_messages_total{protocol="socket"}"#, 2),
        (r#"engine_servers_send_messages_total{protocol="websocket"}"#, 2),
        (
            r#"engine_servers_send_duration_seconds_count{protocol="socket",scenario="local"}"#,
            2,
        ),
        (
            r#"engine_servers_send_duration_seconds_count{protocol="websocket",scenario="forward"}"#,
            0,
        ),
        (r#"engine_servers_send_errors_total{protocol="socket"}"#, 0),
    ]);
    drop((ada, bob));
    engine.metrics.wait_for(&[("engine_servers_clients", 0)]);
}

#[test]
fn the_center_forwards_between_engines() {
    let center = Center::start();
    center
        .metrics
        .wait_for(&[("center_registry_engine_nodes", 0)]);
    let (here, there) = (center.engine(&[]), center.engine(&[]));
    let (mut ada, mut bob) = (here.socket(), there.websocket());
    bob.say("subscribe room");
    // CX-09: the sum of the clients of all engines.
    center.metrics.wait_for(&[
        ("center_registry_engine_nodes", 2),
        ("center_registry_clients", 2),
        ("center_registry_channels_total", 1),
    ]);
    ada.say("send room hello");
    assert_eq!(bob.hear().as_deref(), Some("message room hello"));
    there.metrics.wait_for(&[(
        r#"engine_servers_send_duration_seconds_count{protocol="websocket",scenario="forward"}"#,
        1,
    )]);

    // CX-01: the counter counts channels that come, and does not go down when they leave.
    bob.say("unsubscribe room");
    bob.say("subscribe other");
    center
        .metrics
        .wait_for(&[("center_registry_channels_total", 2)]);
    drop(there);
    center.metrics.wait_for(&[
        ("center_registry_engine_nodes", 1),
        ("center_registry_clients", 1),
        ("center_registry_channels_total", 2),
    ]);
}

#[test]
fn an_engine_registers_again_and_serves_meanwhile() {
    let registry = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = registry.local_addr().expect("it is bound");
    let engine = Engine::start(address, &[]);
    let (mut ada, mut bob) = (engine.socket(), engine.socket());
    bob.say("subscribe room");
    bob.settle();
    for _ in 0..2 {
        let (center, _) = registry.accept().expect("the engine comes");
        let mut told = BufReader::new(center).lines();
        // Whatever it told first, in the end it is this.
        let mut news = BTreeSet::from(["clients 2", "subscribe room"]);
        while !news.is_empty() {
            let line = told.next().expect("more news").expect("a line");
            news.remove(line.as_str());
        }
        ada.say("send room hello");
        assert_eq!(bob.hear().as_deref(), Some("message room hello"));
    }
}

#[test]
fn the_summary_has_its_quantiles() {
    let center = Center::start();
    let engine = center.engine(&[]);
    let quantiles = |scenario: &str| {
        ["0.0", "0.25", "0.5", "0.75", "1.0"].map(|quantile| {
            let labels =
                format!(r#"protocol="socket",scenario="{scenario}",quantile="{quantile}""#);
            engine.metrics.value(&format!("{DURATION}{{{labels}}}"))
        })
    };
    // CX-08
    assert!(quantiles("local").iter().all(|value| value.is_nan()));
    let mut ada = engine.socket();
    for _ in 0..20 {
        ada.settle();
    }
    let sent = r#"engine_servers_send_messages_total{protocol="socket"}"#;
    engine.metrics.wait_for(&[(sent, 20)]);
    let local = quantiles("local");
    assert!(local[0] > 0.0 && local.is_sorted(), "{local:?}");
    let sum = engine.metrics.value(&format!(
        r#"{DURATION}_sum{{protocol="socket",scenario="local"}}"#
    ));
    // CX-07: 0 and 1 are the extremes and not estimates.
    assert!(
        20.0 * local[0] <= sum && sum <= 20.0 * local[4],
        "{local:?} {sum}"
    );
    assert!(quantiles("forward").iter().all(|value| value.is_nan()));
}

#[test]
fn what_is_no_request_is_refused() {
    let center = Center::start();
    let engine = center.engine(&[]);
    let refused = |client: &mut Client, message: &str| {
        client.say(message);
        let answer = client.hear();
        assert_eq!(
            answer.as_deref(),
            Some("error no such request"),
            "{message:?}"
        );
    };
    let mut ada = engine.socket();
    for message in [
        "",
        "subscribe",
        "subscribe ",
        "subscribe a b",
        "send room",
        "clients 9",
    ] {
        refused(&mut ada, message);
    }
    // It would be two lines between engine and center.
    refused(&mut engine.websocket(), "send room one\nclients 9");
    ada.say(&"x".repeat(65 * 1024));
    assert_eq!(ada.hear(), None);
}

#[test]
fn load_moves_every_family() {
    let center = Center::start();
    let engine = center.engine(&["--load"]);
    for metrics in [center.metrics, engine.metrics] {
        assert_touched(|| metrics.get("/healthz"));
    }
    // The engine without clients sends, and one client does not read.
    let forwarded = r#"{protocol="socket",scenario="forward"}"#;
    assert!(
        engine
            .metrics
            .value(&format!("{DURATION}_count{forwarded}"))
            > 0.0
    );
}

#[test]
fn what_the_foreign_runtime_says_agrees_in_each_scrape() {
    let center = Center::start();
    let numbers = || {
        let exposition = center.metrics.get("/metrics");
        move |name: &str| -> f64 {
            let line = exposition
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.expect("it is served").parse().expect("a number")
        }
    };
    let first = numbers();
    let go = |of: &str| first(&format!("go_memstats_{of}"));
    assert_eq!(
        go("heap_inuse_bytes") + go("heap_idle_bytes"),
        go("heap_sys_bytes")
    );
    assert_eq!(go("heap_objects"), go("mallocs_total") - go("frees_total"));
    let of_each = [
        "heap",
        "stack",
        "mspan",
        "mcache",
        "buck_hash",
        "gc",
        "other",
    ];
    let sum: f64 = of_each
        .iter()
        .map(|part| go(&format!("{part}_sys_bytes")))
        .sum();
    assert_eq!(sum, go("sys_bytes"));
    assert_eq!(first("promhttp_metric_handler_requests_in_flight"), 1.0);

    let scrapes = r#"promhttp_metric_handler_requests_total{code="200"}"#;
    eventually("a collection of garbage", || {
        let later = numbers();
        assert!(later(scrapes) > first(scrapes));
        let collections = later("go_gc_duration_seconds_count");
        match collections > first("go_gc_duration_seconds_count") {
            true => Ok(()),
            false => Err(collections.to_string()),
        }
    });
    let later = numbers();
    assert!(later("go_memstats_frees_total") > first("go_memstats_frees_total"));
    assert!(later("go_memstats_last_gc_time_seconds") > 1e9);
    assert!(later(r#"go_gc_duration_seconds{quantile="1.0"}"#) > 0.0);
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    for (args, code, message) in [
        (
            &["--centre", "127.0.0.1:0"][..],
            2,
            "invalid option '--centre'",
        ),
        (&["--role", "boss"], 2, "`center`, `engine` or `both`"),
        (
            &["--role", "center", "--load"],
            2,
            "`--load` needs an engine",
        ),
        (
            &["--role", "engine", "--engine", "192.0.2.1:1"],
            1,
            "192.0.2.1:1",
        ),
    ] {
        let output = Command::new(BINARY).args(args).output();
        let output = output.expect("the binary starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
        assert!(stderr.contains(message), "{args:?}: {stderr}");
    }
}
