//! Simulated clients, who speak to the server through its socket like any other.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::tunnel::{Frame, Packet, Request};

/// Between two packets of a client.
const PAUSE: Duration = Duration::from_millis(100);
/// Packets of a client's first connection and of the later ones, which are longer with the clients that come later, so that not
/// all leave at once.
const PACKETS: (u16, u16) = (20, 100);
/// Between two connections of a client, and for how long it waits for an answer.
const RECONNECT: Duration = Duration::from_secs(1);
/// Between the visits of somebody who gets everything wrong: rarer than any alert minds.
const VISITS: Duration = Duration::from_secs(60);

/// A host behind the tunnel, of the network that RFC 5737 keeps for examples.
const HOST: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

/// Starts clients that come, talk, go and come back for as long as the process runs.
pub(crate) fn start(clients: u16, server: SocketAddr, token: &str) {
    for number in 0..clients {
        let token = token.to_owned();
        tokio::spawn(async move {
            let mut packets = PACKETS.0;
            loop {
                if let Err(error) = connect(number, server, &token, packets).await {
                    eprintln!("client-{number}: {error}");
                }
                sleep(RECONNECT).await;
                packets = PACKETS.1 + 17 * number;
            }
        });
    }
    if clients > 0 {
        tokio::spawn(async move {
            let mut visits = interval(VISITS);
            loop {
                visits.tick().await;
                if let Err(error) = blunder(server).await {
                    eprintln!("visitor: {error}");
                }
            }
        });
    }
}

/// One connection, from the request to the end.
async fn connect(number: u16, server: SocketAddr, token: &str, packets: u16) -> io::Result<()> {
    let socket = socket(server).await?;
    let client_id = format!("client-{number}");
    let request = Request {
        token,
        client_id: &client_id,
    };
    socket
        .send(&Frame::Connect(&request.encode()).encode())
        .await?;
    let mut datagram = [0; 2048];
    let length = timeout(RECONNECT, socket.recv(&mut datagram)).await??;
    // Refused: perhaps there is an address next time.
    let Some(Frame::Accepted(address)) = Frame::decode(&datagram[..length]) else {
        return Ok(());
    };
    let mut pause = interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut left = packets;
    while left > 0 {
        tokio::select! {
            _ = pause.tick() => {
                left -= 1;
                let payload = vec![b'x'; usize::from(left) * 13 % 1200];
                let packet = Packet::build(address, HOST, &payload);
                socket.send(&Frame::Packet(packet.bytes()).encode()).await?;
            }
            // Read and thrown away.
            received = socket.recv(&mut datagram) => drop(received?),
        }
    }
    socket.send(&Frame::Disconnect.encode()).await?;
    Ok(())
}

/// A datagram that is no frame, a packet without a connection, and a guessed token.
async fn blunder(server: SocketAddr) -> io::Result<()> {
    let socket = socket(server).await?;
    socket.send(b"hello?").await?;
    let packet = Packet::build(Ipv4Addr::LOCALHOST, HOST, &[]);
    socket.send(&Frame::Packet(packet.bytes()).encode()).await?;
    let request = Request {
        token: "guessed",
        client_id: "visitor",
    };
    socket
        .send(&Frame::Connect(&request.encode()).encode())
        .await?;
    Ok(())
}

async fn socket(server: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    socket.connect(server).await?;
    Ok(socket)
}
