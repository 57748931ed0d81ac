//! The center: engines register with it, and it forwards what is sent to a channel to the engines that have subscribers.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::metrics::CENTER;
use crate::transport::{Reader, Writer, lines};
use crate::wire::{Request, delivery};

/// Messages that may wait for an engine; more are lost to it.
const OUTBOX: usize = 1024;
/// After a failed accept, which out of file descriptors would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

#[derive(Default)]
struct Center(Mutex<Registry>);

#[derive(Default)]
struct Registry {
    engines: HashMap<u64, Engine>,
    /// Channels with subscribers, and the engines that have them.
    channels: HashMap<String, HashSet<u64>>,
}

struct Engine {
    clients: u32,
    outbox: mpsc::Sender<String>,
}

/// Accepts engines until the future is dropped.
pub(crate) async fn serve(listener: TcpListener) {
    let center = Arc::new(Center::default());
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                let center = center.clone();
                tokio::spawn(async move {
                    if let Err(error) = center.serve_engine(stream).await {
                        eprintln!("engine {address}: {error}");
                    }
                });
            }
            Err(error) => {
                eprintln!("center: cannot accept: {error}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

impl Center {
    async fn serve_engine(&self, stream: TcpStream) -> io::Result<()> {
        static NEXT_ID: AtomicU64 = AtomicU64::new(1);
        let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        let _node = CENTER.engine_nodes.in_flight();
        let (mut reader, mut writer) = lines::split(stream);
        let (outbox, mut outgoing) = mpsc::channel::<String>(OUTBOX);
        self.change(|registry| registry.engines.insert(id, Engine { clients: 0, outbox }));
        let read = async {
            while let Some(message) = reader.read().await? {
                match Request::parse(&message) {
                    Some(request) => self.change(|registry| registry.take(id, request)),
                    None => return Err(io::ErrorKind::InvalidData.into()),
                }
            }
            Ok(())
        };
        let write = async {
            while let Some(message) = outgoing.recv().await {
                writer.write(&message).await?;
            }
            Ok(())
        };
        let result = tokio::select! {
            result = read => result,
            result = write => result,
        };
        self.change(|registry| registry.remove(id));
        result
    }

    fn change<R>(&self, change: impl FnOnce(&mut Registry) -> R) -> R {
        let mut registry = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut registry);
        let clients = registry.engines.values().map(|engine| engine.clients);
        CENTER.clients.set(clients.map(i64::from).sum());
        result
    }
}

impl Registry {
    fn take(&mut self, id: u64, request: Request<'_>) {
        match request {
            Request::Clients(clients) => {
                if let Some(engine) = self.engines.get_mut(&id) {
                    engine.clients = clients;
                }
            }
            Request::Subscribe(channel) => {
                let engines = self.channels.entry(channel.to_owned()).or_insert_with(|| {
                    CENTER.channels_total.inc();
                    HashSet::new()
                });
                engines.insert(id);
            }
            Request::Unsubscribe(channel) => {
                if let Some(engines) = self.channels.get_mut(channel) {
                    engines.remove(&id);
                    if engines.is_empty() {
                        self.channels.remove(channel);
                    }
                }
            }
            Request::Send { channel, text } => {
                let others = self.channels.get(channel).into_iter().flatten();
                for engine in others.filter(|other| **other != id) {
                    let engine = self.engines.get(engine);
                    let lost = engine.is_some_and(|engine| {
                        engine.outbox.try_send(delivery(channel, text)).is_err()
                    });
                    if lost {
                        eprintln!("center: an engine is too slow for `{channel}`");
                    }
                }
            }
        }
    }

    fn remove(&mut self, id: u64) {
        self.engines.remove(&id);
        self.channels.retain(|_, engines| {
            engines.remove(&id);
            !engines.is_empty()
        });
    }
}
