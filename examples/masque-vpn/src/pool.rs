//! The addresses that clients get.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The first address of the tunnel's network, which is the server's own; clients get those after it.
const SERVER: Ipv4Addr = Ipv4Addr::new(10, 8, 0, 1);

/// The pool; each address is out at most once.
pub(crate) struct AddressPool {
    free: Mutex<BTreeSet<Ipv4Addr>>,
    size: u8,
}

/// An address in use; when it is dropped it is free again.
pub(crate) struct Lease {
    pub(crate) address: Ipv4Addr,
    pool: Arc<AddressPool>,
}

impl AddressPool {
    /// What a /24 has beside the network, the server and the broadcast address.
    pub(crate) const MAX_SIZE: u8 = 253;

    pub(crate) fn new(size: u8) -> Self {
        let after_the_server = |n: u8| Ipv4Addr::from_bits(SERVER.to_bits() + u32::from(n));
        Self {
            free: Mutex::new((1..=size).map(after_the_server).collect()),
            size,
        }
    }

    /// The lowest free address.
    pub(crate) fn lease(self: &Arc<Self>) -> Option<Lease> {
        let address = self.free().pop_first()?;
        let pool = self.clone();
        Some(Lease { address, pool })
    }

    pub(crate) fn size(&self) -> u8 {
        self.size
    }

    pub(crate) fn available(&self) -> usize {
        self.free().len()
    }

    fn free(&self) -> MutexGuard<'_, BTreeSet<Ipv4Addr>> {
        // Neither taking nor giving back can leave half of it done.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.pool.free().insert(self.address);
    }
}
