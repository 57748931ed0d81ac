//! How long series live, and what holds between them in every scrape.

use metricset_tests::poll::eventually;

use crate::Server;
use crate::client::{HOST, packet};

const FIRST: [u8; 4] = [10, 8, 0, 2];

/// Lines about a client.
fn about(exposition: &str, client_id: &str) -> Vec<String> {
    let label = format!(r#"client_id="{client_id}""#);
    let lines = exposition.lines().filter(|line| line.contains(&label));
    lines.map(str::to_owned).collect()
}

#[test]
fn the_series_of_a_client_end_together_when_it_has_left() {
    let server = Server::start(&["--linger", "0"]);
    let ada = server.connect("ada", FIRST);
    let charles = server.connect("charles", [10, 8, 0, 3]);
    for (client, address) in [(&ada, FIRST), (&charles, [10, 8, 0, 3])] {
        client.send_packet(&packet(address, HOST, b""));
        client.receive_packet();
    }
    server.wait_for(&[
        (r#"packets_sent_total{client_id="ada"}"#, 1),
        (r#"packets_sent_total{client_id="charles"}"#, 1),
    ]);
    ada.disconnect();
    eventually("the series of ada are gone", || {
        match about(&server.http.get("/metrics", &[]), "ada")[..] {
            [] => Ok(()),
            ref left => Err(left.join("\n")),
        }
    });
    let exposition = server.http.get("/metrics", &[]);
    let families = [
        "bytes_received_total",
        "bytes_sent_total",
        "packets_received_total",
        "packets_sent_total",
        "quic_streams_total",
    ];
    for family in families {
        let starts = format!("masque_vpn_{family}{{");
        let charles = about(&exposition, "charles");
        assert!(
            charles.iter().any(|line| line.starts_with(&starts)),
            "{family}: {charles:?}"
        );
    }
    server.wait_for(&[("active_connections", 1), ("total_connections", 2)]);
}

#[test]
fn a_client_that_comes_back_in_time_goes_on_counting() {
    let server = Server::start(&[]);
    for connections in 1..=2 {
        let ada = server.connect("ada", FIRST);
        ada.send_packet(&packet(FIRST, HOST, b""));
        ada.receive_packet();
        ada.disconnect();
        server.wait_for(&[
            ("active_connections", 0),
            (r#"packets_sent_total{client_id="ada"}"#, connections),
            (
                r#"connection_duration_seconds_count{client_id="ada"}"#,
                connections,
            ),
            (
                r#"quic_stream_duration_seconds_count{client_id="ada"}"#,
                2 * connections,
            ),
        ]);
    }
}

#[test]
fn used_and_available_addresses_add_up_in_every_scrape() {
    // More clients than addresses, so that they come and go all the time.
    let server = Server::simulated(&["--clients", "6", "--pool-size", "4"]);
    let mut seen = std::collections::BTreeSet::new();
    eventually("a pool at different levels", || {
        let exposition = server.http.get("/metrics", &[]);
        let gauge = |name: &str| -> u64 {
            let prefix = format!("masque_vpn_ip_pool_{name} ");
            let value = exposition
                .lines()
                .find_map(|line| line.strip_prefix(&prefix));
            value.expect("it is served").parse().expect("a number")
        };
        assert_eq!(gauge("used") + gauge("available"), gauge("total"));
        seen.insert(gauge("used"));
        match seen.len() {
            2.. => Ok(()),
            _ => Err(format!("{seen:?}")),
        }
    });
}
