//! Series of families with an open label.
//!
//! # Problem
//! A look-up by label values happens on every update. A lock makes each of them write a shared cache line; a map of boxed
//! keys costs several allocations and more than a hundred bytes for each series.
//!
//! # Idea
//! A series is one *record* of a few words: state, values, and the label values packed behind each other ([`record`]).
//! Records live in chunks that are never freed ([`space`]), and a table of record addresses leads from the hash of the
//! values to them ([`index`]). All of it is atomics, so readers take no lock and write nothing: they follow an address,
//! compare the words, and look at the record's generation again, as a seqlock does. What they miss because a writer is at
//! work they look up again under the writers' lock.
//!
//! # Costs
//! Memory of removed series is used again by later series of the same family with keys of the same size, and not given back
//! to the allocator.

mod index;
mod record;
mod space;

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hasher};
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use hashbrown::DefaultHashBuilder;
use metricset_model::FamilyDescriptor;

use super::SeriesSink;
use crate::dropped::{self, Reason};
use crate::labels::Labels;
use crate::metrics::{SeriesMetric, Slot};
use index::Index;
use record::{Key, Record};
use space::{Address, Space};

/// The most series of a family that does not say `max_series`.
pub(crate) const DEFAULT_MAX_SERIES: usize = 2_000;

/// The longest label value, in bytes.
pub const MAX_LABEL_LEN: usize = 64 * 1024;

/// The value of every label of the series that takes the updates beyond `max_series`.
pub const OVERFLOW: &str = "_overflow";

/// How long the record of a removed series is left alone. A handle checks the generation and then writes; a thread that is
/// stopped for longer than this in between adds one update to a stranger's series.
const QUARANTINE: Duration = Duration::from_secs(10);

/// Series collected under one lock.
const COLLECT_BATCH: usize = 256;

pub(super) struct OpenSeries {
    descriptor: &'static FamilyDescriptor,
    width: usize,
    max_series: usize,
    store: OnceLock<Box<Store>>,
    overflow: OnceLock<Slot>,
}

struct Store {
    index: Index,
    space: Space,
    writer: Mutex<Writer>,
}

/// What only creating, removing and collecting need.
#[derive(Default)]
struct Writer {
    live: usize,
    /// Records of removed series by their size in words, the earliest first.
    quarantine: HashMap<usize, VecDeque<(Instant, Address)>>,
    /// When a collection last found the series touched. Kept only for families with an idle timeout.
    last_touched: HashMap<Address, Instant>,
    key: Key,
}

impl OpenSeries {
    pub(super) const fn new(descriptor: &'static FamilyDescriptor, width: u32) -> Self {
        Self {
            descriptor,
            width: width as usize,
            max_series: match descriptor.max_series {
                Some(max) => max,
                None => DEFAULT_MAX_SERIES,
            },
            store: OnceLock::new(),
            overflow: OnceLock::new(),
        }
    }

    pub(super) fn is_touched(&self) -> bool {
        self.store.get().is_some() || self.overflow.get().is_some()
    }

    /// The series with these labels, created if need be.
    #[inline]
    pub(super) fn slot<K: Labels>(&'static self, labels: &K) -> Slot {
        let hash = hash(labels);
        if let Some(store) = self.store.get()
            && let Some((_, slot)) = self.find(store, hash, labels)
        {
            return slot;
        }
        self.create(hash, labels)
    }

    #[inline]
    fn find<K: Labels>(
        &self,
        store: &'static Store,
        hash: u64,
        labels: &K,
    ) -> Option<(Address, Slot)> {
        store.index.find(hash, |address| {
            let slot = self.record(store, address)?.slot_of(labels)?;
            Some((address, slot))
        })
    }

    #[inline]
    fn record(&self, store: &'static Store, address: Address) -> Option<Record> {
        store
            .space
            .words(address)
            .map(|words| Record::new(words, self.width))
    }

    fn store(&'static self) -> &'static Store {
        self.store.get_or_init(|| {
            Box::new(Store {
                index: Index::new(),
                space: Space::new(),
                writer: Mutex::default(),
            })
        })
    }

    #[cold]
    #[inline(never)]
    fn create<K: Labels>(&'static self, hash: u64, labels: &K) -> Slot {
        let (mut too_long, mut is_overflow) = (false, true);
        labels.visit(&mut |value| {
            too_long |= value.len() > MAX_LABEL_LEN;
            is_overflow &= value == OVERFLOW;
        });
        if too_long {
            dropped::count(Reason::LabelTooLong);
            return self.overflow();
        }
        if is_overflow {
            return self.overflow();
        }
        let store = self.store();
        let created = {
            let mut writer = store.lock();
            match self.find(store, hash, labels) {
                // Another thread was faster, or a writer was in the way.
                Some((_, slot)) => Some(slot),
                None if writer.live >= self.max_series => None,
                None => {
                    writer.key.pack(labels);
                    self.insert(store, &mut writer, hash)
                }
            }
        };
        created.unwrap_or_else(|| {
            // Without the lock, since the counter of overflows is a family too.
            dropped::count_overflow(self.descriptor);
            self.overflow()
        })
    }

    /// Makes a record for the key that was packed. `None` if there is no room in the address space.
    fn insert(&self, store: &'static Store, writer: &mut Writer, hash: u64) -> Option<Slot> {
        let size = writer.key.record_words(self.width);
        let rested = |(since, _): &mut (Instant, Address)| since.elapsed() >= QUARANTINE;
        let reused = writer
            .quarantine
            .get_mut(&size)
            .and_then(|removed| removed.pop_front_if(rested));
        let address = match reused {
            Some((_, address)) => address,
            None => store.space.allocate(size)?,
        };
        let slot = self.record(store, address)?.write(&writer.key);
        store.index.insert(hash, address, writer.live, |other| {
            self.record(store, other)
                .map_or(0, |record| self.hash_of(&record))
        });
        writer.live += 1;
        if self.descriptor.idle_timeout.is_some() {
            writer.last_touched.insert(address, Instant::now());
        }
        Some(slot)
    }

    fn overflow(&self) -> Slot {
        *self.overflow.get_or_init(|| Record::leaked(self.width))
    }

    pub(super) fn remove<K: Labels>(&'static self, labels: &K) -> bool {
        let Some(store) = self.store.get() else {
            return false;
        };
        let hash = hash(labels);
        let mut writer = store.lock();
        let Some((address, _)) = self.find(store, hash, labels) else {
            return false;
        };
        self.end(store, &mut writer, address);
        true
    }

    /// Ends a live series.
    fn end(&self, store: &'static Store, writer: &mut Writer, address: Address) {
        let Some(record) = self.record(store, address) else {
            return;
        };
        let hash_of = |address| {
            self.record(store, address)
                .map_or(0, |record| self.hash_of(&record))
        };
        store.index.remove(hash_of(address), address, hash_of);
        record.retire();
        writer.live -= 1;
        writer.last_touched.remove(&address);
        writer
            .quarantine
            .entry(record.words(self.labels()))
            .or_default()
            .push_back((Instant::now(), address));
    }

    pub(super) fn retain(&'static self, keep: &mut dyn FnMut(&[&str]) -> bool) {
        let Some(store) = self.store.get() else {
            return;
        };
        let mut writer = store.lock();
        let mut key = Key::default();
        let mut cursor = Address::FIRST;
        while let Some((address, record)) = self.next(store, &mut cursor) {
            if record.is_live() {
                record.read_key(self.labels(), &mut key);
                if !keep(&key.values().collect::<Vec<_>>()) {
                    self.end(store, &mut writer, address);
                }
            }
        }
    }

    /// Ends series that nothing touched for `timeout`. A series counts as touched at the collection that notices it.
    fn expire(&self, store: &'static Store, timeout: Duration, now: Instant) {
        let mut writer = store.lock();
        let mut idle = Vec::new();
        for (address, last_touched) in &mut writer.last_touched {
            let Some(record) = self.record(store, *address) else {
                continue;
            };
            if record.take_touched() {
                *last_touched = now;
            } else if now.saturating_duration_since(*last_touched) >= timeout {
                idle.push(*address);
            }
        }
        for address in idle {
            self.end(store, &mut writer, address);
        }
    }

    pub(super) fn collect<M: SeriesMetric>(
        &'static self,
        bounds: &[f64],
        sink: &mut dyn SeriesSink,
    ) {
        let mut cells = vec![0; self.width];
        if let Some(store) = self.store.get() {
            if let Some(timeout) = self.descriptor.idle_timeout {
                self.expire(store, timeout, Instant::now());
            }
            let mut key = Key::default();
            let mut cursor = Address::FIRST;
            let mut more = true;
            while more {
                // A new lock for each batch, so that a thread that wants to create a series waits for one batch and not for
                // all of them.
                let _writer = store.lock();
                for _ in 0..COLLECT_BATCH {
                    let Some((_, record)) = self.next(store, &mut cursor) else {
                        more = false;
                        break;
                    };
                    if record.is_live() {
                        record.read_key(self.labels(), &mut key);
                        read::<M>(record.slot(), &mut cells);
                        let values: Vec<&str> = key.values().collect();
                        sink.series(&values, M::value(&cells, bounds));
                    }
                }
            }
        }
        if let Some(slot) = self.overflow.get() {
            read::<M>(*slot, &mut cells);
            sink.series(&vec![OVERFLOW; self.labels()], M::value(&cells, bounds));
        }
    }

    /// The record at the cursor, which moves on to the one behind it. Under the writers' lock.
    fn next(&self, store: &'static Store, cursor: &mut Address) -> Option<(Address, Record)> {
        let address = store.space.at_or_after(*cursor)?;
        let record = self.record(store, address)?;
        *cursor = address.plus(record.words(self.labels()));
        Some((address, record))
    }

    fn hash_of(&self, record: &Record) -> u64 {
        let mut key = Key::default();
        record.read_key(self.labels(), &mut key);
        let mut hasher = hasher();
        key.values()
            .for_each(|value| hash_value(&mut hasher, value));
        hasher.finish()
    }

    fn labels(&self) -> usize {
        self.descriptor.labels.len()
    }
}

impl Store {
    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read<M: SeriesMetric>(slot: Slot, cells: &mut [u64]) {
    cells.fill(0);
    M::merge(cells, slot.values());
}

#[inline]
fn hash<K: Labels>(labels: &K) -> u64 {
    let mut hasher = hasher();
    labels.visit(&mut |value| hash_value(&mut hasher, value));
    hasher.finish()
}

#[inline]
fn hash_value(hasher: &mut impl Hasher, value: &str) {
    hasher.write(value.as_bytes());
    // No UTF-8 text holds this byte, so ("a", "bc") and ("ab", "c") differ.
    hasher.write_u8(0xff);
}

/// One seed for the process, from the system's randomness: label values often come from the network.
#[inline]
fn hasher() -> impl Hasher {
    static SEED: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);
    SEED.build_hasher()
}
