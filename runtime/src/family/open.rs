//! Series of families with an open label.
//!
//! A hash table leads from label values to a slot: a few cells in leaked chunks, with a generation that ends the handles to
//! a removed series. Slots of removed series are used again after [`QUARANTINE`], which is longer than any thread takes
//! between checking the generation and writing the cell.

use std::collections::VecDeque;
use std::hash::{BuildHasher, Hasher};
use std::sync::{LazyLock, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use hashbrown::{DefaultHashBuilder, HashTable};
use metricset_model::FamilyDescriptor;

use super::SeriesSink;
use crate::dropped::{self, Reason};
use crate::labels::{LabelSet, Labels};
use crate::metrics::{SeriesMetric, Slot};
use crate::sync::{AtomicU64, Ordering};

/// The most series of a family that does not say `max_series`.
pub(crate) const DEFAULT_MAX_SERIES: usize = 2_000;

/// The longest label value, in bytes.
pub const MAX_LABEL_LEN: usize = 64 * 1024;

/// The value of every label of the series that takes the updates beyond `max_series`.
pub const OVERFLOW: &str = "_overflow";

/// How long the slot of a removed series is left alone. A handle checks the generation and then writes; a thread that is
/// stopped for longer than this in between adds one update to a stranger's series.
const QUARANTINE: Duration = Duration::from_secs(10);

const SLOTS_PER_CHUNK: usize = 64;

/// Series collected under one lock.
const COLLECT_BATCH: usize = 256;

pub(super) struct OpenSeries {
    descriptor: &'static FamilyDescriptor,
    width: u32,
    table: OnceLock<Box<RwLock<Table>>>,
}

#[derive(Default)]
struct Table {
    /// Places in `entries`, by the hash of the key.
    index: HashTable<u32>,
    /// How many labels each key holds.
    labels: usize,
    entries: Vec<Entry>,
    /// Slots that were never used.
    unused: Vec<Slot>,
    /// Removed entries, the earliest first.
    quarantine: VecDeque<(Instant, u32)>,
    overflow: Option<Slot>,
}

struct Entry {
    slot: Slot,
    /// Empty while no series lives here.
    key: Key,
    last_touched: Instant,
}

/// Bytes of one end.
const END: usize = size_of::<u32>();

/// Label values packed into one allocation: where each ends, as `u32`, then the values.
#[derive(Default)]
struct Key(Box<[u8]>);

impl OpenSeries {
    pub(super) const fn new(descriptor: &'static FamilyDescriptor, width: u32) -> Self {
        Self {
            descriptor,
            width,
            table: OnceLock::new(),
        }
    }

    fn table(&self) -> &RwLock<Table> {
        self.table.get_or_init(|| {
            Box::new(RwLock::new(Table {
                labels: self.descriptor.labels.len(),
                ..Table::default()
            }))
        })
    }

    pub(super) fn is_touched(&self) -> bool {
        self.table.get().is_some()
    }

    /// The series with these labels, created if need be.
    #[inline]
    pub(super) fn slot<L: LabelSet>(&self, labels: &L::With<'_>) -> Slot {
        let hash = hash::<L>(labels);
        let table = self.table();
        {
            let table = table.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(entry) = table.find::<L>(hash, labels) {
                return entry.slot;
            }
        }
        self.create::<L>(hash, labels)
    }

    #[cold]
    fn create<L: LabelSet>(&self, hash: u64, labels: &L::With<'_>) -> Slot {
        let (mut too_long, mut is_overflow) = (false, true);
        labels.visit(&mut |value| {
            too_long |= value.len() > MAX_LABEL_LEN;
            is_overflow &= value == OVERFLOW;
        });
        let mut table = self.table().write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been faster.
        if let Some(entry) = table.find::<L>(hash, labels) {
            return entry.slot;
        }
        if is_overflow {
            // Asked for by its name.
        } else if too_long {
            dropped::count(Reason::LabelTooLong);
        } else if table.index.len() < self.descriptor.max_series.unwrap_or(DEFAULT_MAX_SERIES) {
            return table.insert(hash, Key::pack::<L>(labels), self.width);
        } else {
            dropped::count_overflow(self.descriptor);
        }
        let width = self.width;
        *table.overflow.get_or_insert_with(|| new_slots(width, 1)[0])
    }

    pub(super) fn remove<L: LabelSet>(&self, labels: &L::With<'_>) -> bool {
        let hash = hash::<L>(labels);
        let mut table = self.table().write().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = table.place::<L>(hash, labels) else {
            return false;
        };
        table.remove(place);
        true
    }

    pub(super) fn retain(&self, keep: &mut dyn FnMut(&[&str]) -> bool) {
        let mut table = self.table().write().unwrap_or_else(PoisonError::into_inner);
        let labels = self.descriptor.labels.len();
        let mut ended = Vec::new();
        let live = table.index.iter().copied();
        for place in live {
            let values: Vec<&str> = table.entries[place as usize].key.values(labels).collect();
            if !keep(&values) {
                ended.push(place);
            }
        }
        for place in ended {
            table.remove(place);
        }
    }

    pub(super) fn collect<M: SeriesMetric>(
        &self,
        labels: usize,
        bounds: &[f64],
        sink: &mut dyn SeriesSink,
    ) {
        let Some(lock) = self.table.get() else {
            return;
        };
        if let Some(timeout) = self.descriptor.idle_timeout {
            let mut table = lock.write().unwrap_or_else(PoisonError::into_inner);
            table.expire(timeout, Instant::now());
        }
        let mut cells = vec![0; self.width as usize];
        let mut start = 0;
        loop {
            // A new lock for each batch, so that a thread that wants to create a series waits for one batch and not for all.
            let table = lock.read().unwrap_or_else(PoisonError::into_inner);
            let mut values = Vec::with_capacity(labels);
            for entry in table.entries.iter().skip(start).take(COLLECT_BATCH) {
                if entry.is_live() {
                    values.clear();
                    values.extend(entry.key.values(labels));
                    read::<M>(entry.slot, &mut cells);
                    sink.series(&values, M::value(&cells, bounds));
                }
            }
            start += COLLECT_BATCH;
            if start >= table.entries.len() {
                if let Some(slot) = table.overflow {
                    read::<M>(slot, &mut cells);
                    sink.series(&vec![OVERFLOW; labels], M::value(&cells, bounds));
                }
                return;
            }
        }
    }
}

fn read<M: SeriesMetric>(slot: Slot, cells: &mut [u64]) {
    cells.fill(0);
    M::merge(cells, slot.values());
}

impl Table {
    fn place<L: LabelSet>(&self, hash: u64, labels: &L::With<'_>) -> Option<u32> {
        self.index
            .find(hash, |place| {
                self.entries[*place as usize].key.is::<L>(labels)
            })
            .copied()
    }

    fn find<L: LabelSet>(&self, hash: u64, labels: &L::With<'_>) -> Option<&Entry> {
        self.place::<L>(hash, labels)
            .map(|place| &self.entries[place as usize])
    }

    fn insert(&mut self, hash: u64, key: Key, width: u32) -> Slot {
        let rested = |(since, _): &mut (Instant, u32)| since.elapsed() >= QUARANTINE;
        let place = match self.quarantine.pop_front_if(rested) {
            Some((_, place)) => place,
            None => self.grow(width),
        };
        let entry = &mut self.entries[place as usize];
        for cell in entry.slot.values() {
            cell.store(0, Ordering::Relaxed);
        }
        entry.key = key;
        entry.last_touched = Instant::now();
        let slot = entry.slot;
        let (entries, labels) = (&self.entries, self.labels);
        self.index.insert_unique(hash, place, |place| {
            entries[*place as usize].key.hash(labels)
        });
        slot
    }

    /// A place for one more series, where there was none before.
    fn grow(&mut self, width: u32) -> u32 {
        if self.unused.is_empty() {
            self.unused = new_slots(width, SLOTS_PER_CHUNK);
        }
        let place = self.entries.len() as u32;
        self.entries.extend(self.unused.pop().map(|slot| Entry {
            slot,
            key: Key::default(),
            last_touched: Instant::now(),
        }));
        place
    }

    fn remove(&mut self, place: u32) {
        let labels = self.labels;
        let entry = &mut self.entries[place as usize];
        let key = std::mem::take(&mut entry.key);
        entry.slot = entry.slot.retire();
        if let Ok(found) = self
            .index
            .find_entry(key.hash(labels), |other| *other == place)
        {
            found.remove();
        }
        self.quarantine.push_back((Instant::now(), place));
    }

    /// Removes what was not touched for `timeout`. A series counts as touched at the collection that notices it.
    fn expire(&mut self, timeout: Duration, now: Instant) {
        for place in 0..self.entries.len() {
            let entry = &mut self.entries[place];
            if !entry.is_live() {
                continue;
            }
            if entry.slot.take_touched() {
                entry.last_touched = now;
            } else if now.saturating_duration_since(entry.last_touched) >= timeout {
                self.remove(place as u32);
            }
        }
    }
}

impl Entry {
    fn is_live(&self) -> bool {
        !self.key.0.is_empty()
    }
}

/// Slots in one leaked chunk: handles to them are `Copy` and may outlive their series.
fn new_slots(width: u32, count: usize) -> Vec<Slot> {
    let each = Slot::HEADER + width as usize;
    let cells: Box<[AtomicU64]> = (0..each * count).map(|_| AtomicU64::new(0)).collect();
    let cells: &'static [AtomicU64] = Box::leak(cells);
    cells.chunks_exact(each).map(Slot::new).collect()
}

impl Key {
    fn pack<L: LabelSet>(labels: &L::With<'_>) -> Self {
        let mut ends = Vec::with_capacity(L::LABELS.len() * END);
        let mut bytes = Vec::new();
        labels.visit(&mut |value| {
            bytes.extend_from_slice(value.as_bytes());
            ends.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        });
        ends.append(&mut bytes);
        Self(ends.into_boxed_slice())
    }

    /// The bytes of all values, `labels` of them.
    fn pieces(&self, labels: usize) -> impl Iterator<Item = &[u8]> {
        let (ends, bytes) = self.0.split_at_checked(labels * END).unwrap_or_default();
        let (ends, _) = ends.as_chunks::<END>();
        let mut start = 0;
        ends.iter().map(move |end| {
            let end = u32::from_le_bytes(*end) as usize;
            let piece = bytes.get(start..end).unwrap_or_default();
            start = end;
            piece
        })
    }

    fn values(&self, labels: usize) -> impl Iterator<Item = &str> {
        // Never empty by mistake: `pack` copies whole strings.
        self.pieces(labels)
            .map(|piece| std::str::from_utf8(piece).unwrap_or_default())
    }

    fn is<L: LabelSet>(&self, labels: &L::With<'_>) -> bool {
        let mut pieces = self.pieces(L::LABELS.len());
        let mut equal = true;
        labels.visit(&mut |value| {
            equal &= pieces.next() == Some(value.as_bytes());
        });
        equal
    }

    fn hash(&self, labels: usize) -> u64 {
        let mut hasher = hasher();
        for piece in self.pieces(labels) {
            hash_piece(&mut hasher, piece);
        }
        hasher.finish()
    }
}

fn hash<L: LabelSet>(labels: &L::With<'_>) -> u64 {
    let mut hasher = hasher();
    labels.visit(&mut |value| hash_piece(&mut hasher, value.as_bytes()));
    hasher.finish()
}

fn hash_piece(hasher: &mut impl Hasher, piece: &[u8]) {
    hasher.write(piece);
    // No UTF-8 text holds this byte, so ("a", "bc") and ("ab", "c") differ.
    hasher.write_u8(0xff);
}

/// One seed for the process, from the system's randomness: label values often come from the network.
fn hasher() -> impl Hasher {
    static SEED: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);
    SEED.build_hasher()
}
