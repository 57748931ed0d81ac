//! A collector that waits, or breaks, as a test wants.

use std::fmt::{self, Write};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use metricset::Registry;
use metricset::interop::ForeignRegistry;
use prometheus_client::metrics::gauge::ConstGauge;

use crate::eventually;

/// Collections of the registry wait at this gate while it is closed.
pub(crate) struct Gate(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    closed: bool,
    waiting: usize,
    broken: bool,
}

/// A registry of prometheus-client behind the gate.
struct Gated {
    gate: Arc<Shared>,
    registry: prometheus_client::registry::Registry,
}

impl ForeignRegistry for Gated {
    fn encode(&self, out: &mut dyn Write) -> fmt::Result {
        let mut state = self.gate.lock();
        state.waiting += 1;
        let mut state = self
            .gate
            .changed
            .wait_while(state, |state| state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        assert!(!state.broken, "the collector is out of order");
        drop(state);
        self.registry.encode(out)
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gate {
    /// An open gate in the registry.
    pub(crate) fn new(registry: &Registry) -> Self {
        let shared = Arc::new(Shared::default());
        let mut behind = prometheus_client::registry::Registry::default();
        behind.register("gate_open", "Always one", ConstGauge::new(1));
        let gated = Gated {
            gate: shared.clone(),
            registry: behind,
        };
        registry.mount(gated).unwrap();
        Self(shared)
    }

    pub(crate) fn closed(registry: &Registry) -> Self {
        let gate = Self::new(registry);
        gate.set(|state| state.closed = true);
        gate
    }

    pub(crate) fn open(&self) {
        self.set(|state| state.closed = false);
    }

    /// From now on collecting panics, or not.
    pub(crate) fn set_broken(&self, broken: bool) {
        self.set(|state| state.broken = broken);
    }

    /// Until so many collections wait here.
    pub(crate) async fn reached_by(&self, collections: usize) {
        eventually(async || self.0.lock().waiting == collections).await;
    }

    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock());
        self.0.changed.notify_all();
    }
}

/// A test that fails must not leave a thread behind that its runtime waits for.
impl Drop for Gate {
    fn drop(&mut self) {
        self.open();
    }
}
