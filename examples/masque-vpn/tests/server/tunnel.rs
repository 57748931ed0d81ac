//! The tunnel: what comes through it, what does not, and as what it is counted.

use crate::Server;
use crate::client::{Client, HOST, packet};

const FIRST: [u8; 4] = [10, 8, 0, 2];
const SECOND: [u8; 4] = [10, 8, 0, 3];

#[test]
fn packets_go_through_the_tunnel_and_come_back() {
    let server = Server::start(&[]);
    let ada = server.connect("ada", FIRST);
    ada.send_packet(&packet(FIRST, HOST, b"ping"));
    assert_eq!(ada.receive_packet(), packet(HOST, FIRST, b"ping"));
    server.wait_for(&[
        ("active_connections", 1),
        ("total_connections", 1),
        (r#"packets_received_total{client_id="ada"}"#, 1),
        (r#"packets_sent_total{client_id="ada"}"#, 1),
        (r#"bytes_received_total{client_id="ada"}"#, 24),
        (r#"bytes_sent_total{client_id="ada"}"#, 24),
        (
            r#"packet_processing_duration_seconds_count{direction="inbound"}"#,
            1,
        ),
        (
            r#"packet_processing_duration_seconds_count{direction="outbound"}"#,
            1,
        ),
        (
            r#"quic_streams_total{client_id="ada",stream_type="bidirectional"}"#,
            1,
        ),
        (
            r#"quic_streams_total{client_id="ada",stream_type="unidirectional"}"#,
            1,
        ),
        (
            r#"masque_requests_total{method="CONNECT",status="success"}"#,
            1,
        ),
        (
            r#"masque_requests_total{method="CONNECT",status="failed"}"#,
            0,
        ),
        (
            r#"masque_request_duration_seconds_count{method="CONNECT"}"#,
            1,
        ),
        ("tun_interface_status", 1),
    ]);
}

#[test]
fn clients_reach_each_other() {
    let server = Server::start(&[]);
    let ada = server.connect("ada", FIRST);
    let charles = server.connect("charles", SECOND);
    ada.send_packet(&packet(FIRST, SECOND, b"hello"));
    assert_eq!(charles.receive_packet(), packet(FIRST, SECOND, b"hello"));
    server.wait_for(&[
        ("active_connections", 2),
        (r#"bytes_received_total{client_id="ada"}"#, 25),
        (r#"bytes_sent_total{client_id="charles"}"#, 25),
    ]);
}

#[test]
fn a_client_that_comes_from_elsewhere_leaves_its_old_connection() {
    let server = Server::start(&[]);
    let home = server.connect("ada", FIRST);
    let away = server.connect("ada", FIRST);
    home.send_packet(&packet(FIRST, HOST, b""));
    away.send_packet(&packet(FIRST, HOST, b""));
    assert_eq!(away.receive_packet(), packet(HOST, FIRST, b""));
    server.wait_for(&[
        ("active_connections", 1),
        ("total_connections", 2),
        (r#"packets_received_total{client_id="ada"}"#, 1),
        (r#"connection_duration_seconds_count{client_id="ada"}"#, 1),
        (r#"quic_stream_duration_seconds_count{client_id="ada"}"#, 2),
        (r#"errors_total{error_type="connection"}"#, 1),
    ]);
}

#[test]
fn an_exhausted_pool_refuses_until_somebody_leaves() {
    let server = Server::start(&["--pool-size", "1"]);
    let ada = server.connect("ada", FIRST);
    let charles = Client::new(server.tunnel);
    let no_address = 3;
    assert_eq!(charles.connect("open-sesame", "charles"), Err(no_address));
    server.wait_for(&[
        ("ip_pool_total", 1),
        ("ip_pool_used", 1),
        ("ip_pool_available", 0),
        (r#"errors_total{error_type="masque"}"#, 1),
    ]);
    ada.disconnect();
    assert_eq!(charles.connect("open-sesame", "charles"), Ok(FIRST));
}

#[test]
fn what_is_wrong_is_counted_by_what_is_wrong() {
    let server = Server::start(&["--token", "secret"]);
    let client = Client::new(server.tunnel);
    let (malformed, unauthorized) = (1, 2);
    assert_eq!(client.connect("guess", "ada"), Err(unauthorized));
    assert_eq!(client.ask(b"no line feed"), Err(malformed));
    assert_eq!(client.connect("secret", &"a".repeat(65)), Err(malformed));
    // Not connected.
    client.disconnect();
    client.send_packet(&packet(FIRST, HOST, b""));
    // No frames: nothing, an unknown kind, and an answer.
    for datagram in [&[][..], &[9], &[2, 10, 8, 0, 2]] {
        client.send(datagram);
    }
    assert_eq!(client.connect("secret", "ada"), Ok(FIRST));
    // No packet, one of another version, one in the name of another, and a large one.
    client.send_packet(b"ping");
    client.send_packet(&[0x65; 40]);
    client.send_packet(&packet(SECOND, HOST, b""));
    client.send_packet(&packet(FIRST, HOST, &[0; 1400]));
    server.wait_for(&[
        (r#"errors_total{error_type="auth"}"#, 1),
        (r#"errors_total{error_type="masque"}"#, 2),
        (r#"errors_total{error_type="connection"}"#, 2),
        (r#"errors_total{error_type="packet"}"#, 3),
        (r#"errors_total{error_type="tun"}"#, 0),
        (r#"packet_drops_total{reason="invalid"}"#, 3),
        (r#"packet_drops_total{reason="oversized"}"#, 1),
        (r#"packet_drops_total{reason="processing_error"}"#, 0),
        (
            r#"masque_requests_total{method="CONNECT",status="failed"}"#,
            3,
        ),
        (r#"packets_received_total{client_id="ada"}"#, 4),
    ]);
}

#[test]
fn an_interface_that_is_down_takes_nothing() {
    let server = Server::start(&["--no-tun"]);
    let ada = server.connect("ada", FIRST);
    ada.send_packet(&packet(FIRST, HOST, b""));
    server.wait_for(&[
        ("tun_interface_status", 0),
        (r#"errors_total{error_type="tun"}"#, 1),
        (r#"packet_drops_total{reason="processing_error"}"#, 1),
    ]);
}

#[test]
fn a_silent_client_is_disconnected() {
    let server = Server::start(&["--idle-timeout", "1"]);
    let _silent = server.connect("ada", FIRST);
    server.wait_for(&[
        (r#"errors_total{error_type="connection"}"#, 1),
        (r#"connection_duration_seconds_count{client_id="ada"}"#, 1),
        ("active_connections", 0),
        ("ip_pool_available", 64),
    ]);
}
