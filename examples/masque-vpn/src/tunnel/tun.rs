//! The interface to the network behind the server.
//!
//! A real TUN interface takes privileges and a kernel. This one leads to a simulated network, in which every host sends every
//! packet back.

use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::packet::Packet;
use crate::metrics::SYSTEM;

/// Packets that the interface holds in each direction; a real one is as long by default in Linux.
const QUEUE: usize = 500;

pub(crate) struct Tun {
    to_network: Sender<Packet>,
    from_network: Receiver<Packet>,
}

impl Tun {
    /// An interface with a network behind it.
    pub(crate) fn up() -> Self {
        let (to_network, mut packets) = channel(QUEUE);
        let (answers, from_network) = channel(QUEUE);
        tokio::spawn(async move {
            let _up = SYSTEM.tun_interface_status.in_flight();
            while let Some(mut packet) = packets.recv().await {
                Packet::swap_addresses(&mut packet);
                if answers.send(packet).await.is_err() {
                    break;
                }
            }
        });
        Self {
            to_network,
            from_network,
        }
    }

    /// An interface that is down: takes nothing and gives nothing.
    pub(crate) fn down() -> Self {
        let (to_network, _) = channel(1);
        let (_, from_network) = channel(1);
        Self {
            to_network,
            from_network,
        }
    }

    /// Hands a packet to the interface; false if it is down or cannot keep up.
    pub(crate) fn send(&self, packet: Packet) -> bool {
        self.to_network.try_send(packet).is_ok()
    }

    /// The next packet for a client; `None` while the interface is down.
    pub(crate) async fn receive(&mut self) -> Option<Packet> {
        self.from_network.recv().await
    }
}
