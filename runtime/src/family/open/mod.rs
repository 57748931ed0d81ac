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
//! Handles are `Copy` and point into chunks, so no chunk is ever freed. Memory of removed series is used again by later series of
//! the same family with keys of the same size ([`removed`]). What no series needs any more goes back to the system, page by page and
//! with its addresses kept ([`fill`], [`pages`]), at a scrape ten seconds later.

mod by_form;
mod fill;
mod index;
mod key;
mod lengths;
mod packed;
mod pages;
mod record;
mod removed;
mod space;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use packed::{PackedLabels, PackedValues};

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use metricset_model::descriptor::combinations;
use metricset_model::{FamilyDescriptor, LabelDescriptor, OVERFLOW};

use super::SeriesSink;
use crate::clock;
use crate::collect::combination;
use crate::dropped::{self, Reason};
use crate::escape;
use crate::labels::{EachValue, Labels};
use crate::metrics::{SeriesMetric, Slot};
use crate::sync::{AtomicU64, Ordering};
use fill::{Fill, Layout};
use index::{Draft, Index, Vacancy};
use key::{Key, KeyBuffer};
use record::{Form, Record};
use removed::{Removed, Rest};
use space::{Address, Space};
use window::Window;

/// The most series of a family that does not say `max_series`.
pub(crate) const DEFAULT_MAX_SERIES: usize = 2_000;

/// The longest label value, in bytes.
pub const MAX_LABEL_LEN: usize = 64 * 1024;

/// How often a look-up looks again while entries are being moved, before it waits for the writers.
const LOOKS: usize = 1_000;
/// After so many of them it lets others have its core: whoever moves the entries may be waiting for it.
const HASTY_LOOKS: usize = 100;

pub(super) struct OpenSeries {
    descriptor: &'static FamilyDescriptor,
    /// Half a word, so that compilers know that no sum of it overflows.
    width: u32,
    max_series: usize,
    store: OnceLock<Box<Store>>,
    /// The record of the series that takes the updates beyond `max_series`.
    overflow: OnceLock<&'static [AtomicU64]>,
}

struct Store {
    index: Index,
    space: Space,
    /// Whether the last one who wanted to create a series found no place for it, and none has ended since.
    is_full: AtomicBool,
    writer: Mutex<Writer>,
}

/// What only creating, removing and collecting need.
#[derive(Default)]
struct Writer {
    fill: Fill,
    live: usize,
    removed: Removed,
    /// When a collection last found the series touched. Kept only for families with an idle timeout.
    last_touched: HashMap<Address, Instant>,
}

impl OpenSeries {
    pub(super) const fn new(descriptor: &'static FamilyDescriptor, width: usize) -> Self {
        Self {
            descriptor,
            width: width as u32,
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
    pub(super) fn slot(&'static self, labels: &impl Labels) -> Slot {
        Key::with_inlined(
            labels,
            |key| self.get_or_create(key, labels),
            |key| self.get_or_create(key, labels),
        )
    }

    #[inline(always)]
    fn get_or_create(&'static self, key: Key<'_>, labels: &impl Labels) -> Slot {
        let vacancy = match self.store.get() {
            Some(store) => match self.find(store, key) {
                Ok((_, slot)) => return slot,
                Err(vacancy) => vacancy,
            },
            None => Vacancy::default(),
        };
        // By its parts: a key that is handed on as a whole has to be in memory, whether it is handed on or not.
        let for_each_value = &|mut each: &mut dyn FnMut(&str)| labels.visit(&mut each);
        self.create(key.lengths, key.body, key.hash, vacancy, for_each_value)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn find(
        &self,
        store: &'static Store,
        key: Key<'_>,
    ) -> Result<(Address, Slot), Vacancy<'static>> {
        let mut candidates = store.index.candidates(key.hash);
        loop {
            let address = candidates.next()?;
            // What is there may have another form. Then its head tells, whatever else is read.
            if let Some(record) = self.record_for(store, address, key)
                && let Some(slot) = record.slot_of(key)
            {
                return Ok((address, slot));
            }
        }
    }

    /// The record at an address, if it has the form that this key gives it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn record_for(&self, store: &'static Store, address: Address, key: Key<'_>) -> Option<Record> {
        let words = store.space.words(address)?;
        Record::new(words, address.is_second(), self.width(), key.body.len())
    }

    /// The record at an address, and its form. Under the writers' lock.
    fn record(&self, store: &'static Store, address: Address) -> Option<(Record, Form)> {
        let words = store.space.words(address)?;
        let form = record::form(words, self.width(), self.labels())?;
        let body = form.words - self.width();
        let record = Record::new(words, address.is_second(), self.width(), body)?;
        Some((record, form))
    }

    fn store(&'static self) -> &'static Store {
        self.store.get_or_init(|| {
            Box::new(Store {
                index: Index::new(),
                space: Space::new(),
                is_full: AtomicBool::new(false),
                writer: Mutex::default(),
            })
        })
    }

    /// Not generic, so it is not compiled for each label set.
    #[cold]
    #[inline(never)]
    fn create(
        &'static self,
        lengths: u32,
        body: &[u64],
        hash: u64,
        mut vacancy: Vacancy<'static>,
        for_each_value: ForEachValue<'_>,
    ) -> Slot {
        let key = Key {
            lengths,
            body,
            hash,
        };
        let seen = match Seen::is_usual(body) {
            true => Seen::USUAL,
            false => Seen::new(for_each_value),
        };
        if seen.is_too_long {
            dropped::count(Reason::LabelTooLong);
            return self.overflow();
        }
        if !seen.is_series {
            return self.overflow();
        }
        let store = self.store();
        let looked = self.look_again(store, key, &mut vacancy);
        let created = looked.unwrap_or_else(|| {
            let mut writer = store.lock();
            let found = match store.index.is_vacant(vacancy) {
                true => Err(vacancy),
                // Another thread was faster, or a writer was in the way.
                false => self.find(store, key),
            };
            match found {
                Ok((_, slot)) => Some(slot),
                Err(_) if writer.live >= self.max_series => {
                    store.is_full.store(true, Ordering::Release);
                    None
                }
                Err(vacancy) => self.insert(store, &mut writer, key, vacancy, !seen.has_special),
            }
        });
        created.unwrap_or_else(|| {
            // Without the lock, since the counter of overflows is a family too.
            dropped::count_overflow(self.descriptor);
            self.overflow()
        })
    }

    /// The series, or that there is no place for it, if that can be told without the lock: while entries are being moved it is
    /// held for long, and who waits for it sleeps; and who finds the family full need not wait for others who do.
    fn look_again(
        &self,
        store: &'static Store,
        key: Key<'_>,
        vacancy: &mut Vacancy<'static>,
    ) -> Option<Option<Slot>> {
        for look in 0..LOOKS {
            // Before the look: a family stays full until entries move.
            let is_full = store.is_full.load(Ordering::Acquire);
            if !is_full && store.index.is_settled(*vacancy) {
                return None;
            }
            match self.find(store, key) {
                Ok((_, slot)) => return Some(Some(slot)),
                Err(now) => *vacancy = now,
            }
            if is_full && store.index.is_settled(*vacancy) {
                return Some(None);
            }
            if look > HASTY_LOOKS {
                thread::yield_now();
            }
        }
        None
    }

    /// Makes a record. `None` if there is no room in the address space, or the key is none.
    fn insert(
        &self,
        store: &'static Store,
        writer: &mut Writer,
        key: Key<'_>,
        vacancy: Vacancy<'_>,
        is_plain: bool,
    ) -> Option<Slot> {
        let form = key.form(self.width(), self.labels())?;
        let take = |removed: &mut Removed| removed.take(form, Rest::USUAL, clock::uptime_seconds);
        let mut rested = take(&mut writer.removed);
        if rested.is_none() && self.take_back(store, writer, form) {
            rested = take(&mut writer.removed);
        }
        let address = match rested {
            Some(address) => address,
            None => {
                let first = store.space.allocate(&mut writer.fill, form.block())?;
                if form.is_paired {
                    writer.removed.push_rested(form, first.second());
                }
                first
            }
        };
        let slot = self.record_for(store, address, key)?.write(key, is_plain);
        writer.fill.begin(address);
        let all = |draft: &mut Draft| self.draft(store, &writer.fill, draft);
        let index = &store.index;
        index.insert(vacancy, key.hash, address, writer.live, all);
        writer.live += 1;
        if self.descriptor.idle_timeout.is_some() {
            writer.last_touched.insert(address, Instant::now());
        }
        Some(slot)
    }

    fn overflow(&self) -> Slot {
        let words = self.overflow.get_or_init(|| {
            let values = vec![OVERFLOW; self.labels()];
            Key::with(&Values(&values), |key| Record::leaked(key, self.width()))
        });
        Slot::new(
            &words[0],
            false,
            &words[1..=self.width()],
            Ordering::Relaxed,
        )
        .0
    }

    pub(super) fn remove(&'static self, labels: &impl Labels) -> bool {
        let Some(store) = self.store.get() else {
            return false;
        };
        self.remove_one(store, &mut store.lock(), labels)
    }

    fn remove_one(&self, store: &'static Store, writer: &mut Writer, labels: &impl Labels) -> bool {
        Key::with(labels, |key| {
            let found = self.find(store, key);
            if let Ok((address, _)) = found {
                self.end(store, writer, address);
            }
            found.is_ok()
        })
    }

    /// Ends the series whose labels have these values; returns how many there were.
    pub(super) fn remove_matching(&'static self, key: &[(&str, &str)]) -> usize {
        let own = self.descriptor.labels;
        let has = |name: &str| own.iter().any(|label| label.name == name);
        let Some(store) = self
            .store
            .get()
            .filter(|_| key.iter().all(|(name, _)| has(name)))
        else {
            return 0;
        };
        let given = |label: &LabelDescriptor| {
            let pair = key.iter().find(|(name, _)| *name == label.name);
            pair.map(|(_, value)| *value)
        };
        let rest = own.iter().filter(|label| given(label).is_none()).copied();
        let rest: Vec<LabelDescriptor> = rest.collect();
        let mut writer = store.lock();
        match combinations(&rest) {
            Some(count) if count <= writer.live => {
                let mut removed = 0;
                for index in 0..count {
                    let mut others = (0..rest.len()).map(|at| combination(&rest, index, at));
                    let value = |label| given(label).or_else(|| others.next()).unwrap_or_default();
                    let values: Vec<&str> = own.iter().map(value).collect();
                    removed += usize::from(self.remove_one(store, &mut writer, &Values(&values)));
                }
                removed
            }
            _ => self.retain_under_lock(store, &mut writer, &mut |values| {
                let mut pairs = own.iter().zip(values);
                !pairs.all(|(label, value)| given(label).is_none_or(|given| given == *value))
            }),
        }
    }

    /// Ends a live series.
    fn end(&self, store: &'static Store, writer: &mut Writer, address: Address) {
        let Some((record, form)) = self.record(store, address) else {
            return;
        };
        let hash_at = |other| self.hash_at(store, other);
        store.index.remove(record.hash(), address, hash_at);
        let is_usable = record.retire();
        writer.live -= 1;
        store.is_full.store(false, Ordering::Release);
        writer.last_touched.remove(&address);
        let now = clock::uptime_seconds();
        writer.fill.end(address, now);
        if is_usable {
            writer.removed.push(form, address, Rest::USUAL, now);
        }
    }

    /// Gives the memory of series that ended back to the system, an extent under each lock.
    fn give_back(&self, store: &'static Store) {
        let leaving = {
            let writer = &mut *store.lock();
            let all = |draft: &mut Draft| self.draft(store, &writer.fill, draft);
            store.index.shrink(writer.live, all);
            let leaving = writer.fill.leave(Rest::USUAL, clock::uptime_seconds());
            if !leaving.is_empty() {
                let fill = &writer.fill;
                writer.removed.forget(|address| fill.is_leaving(address));
            }
            leaving
        };
        for extent in leaving {
            let writer = &mut *store.lock();
            if let Some((start, len, used)) = writer.fill.extent(extent)
                && let Some(words) = store.space.words(start)
            {
                let layout = self.layout(store, start, used);
                pages::clear(&words[..len]);
                writer.fill.give_back(extent, layout);
            }
        }
    }

    /// The records in so many words from `start` on.
    fn layout(&self, store: &'static Store, start: Address, used: usize) -> Layout {
        let mut layout = Layout::new(start, used);
        let mut at = start;
        while at < start.plus(used)
            && let Some((record, form)) = self.record(store, at)
        {
            layout.push(at, record.slot().generation());
            at = at.next(form);
        }
        layout
    }

    /// Takes records back that were given back with one of this form among them; returns whether there was one.
    fn take_back(&self, store: &'static Store, writer: &mut Writer, form: Form) -> bool {
        let Some(layout) = writer.fill.take_back(form) else {
            return false;
        };
        for (address, form) in layout.records() {
            Key::filling(self.labels(), self.width(), form, |key| {
                if let Some(record) = self.record_for(store, address, key) {
                    record.write_rested(key, layout.generation);
                    writer.removed.push_rested(form, address);
                }
            });
        }
        true
    }

    pub(super) fn retain(&'static self, keep: &mut dyn FnMut(&[&str]) -> bool) {
        let Some(store) = self.store.get() else {
            return;
        };
        self.retain_under_lock(store, &mut store.lock(), keep);
    }

    /// Returns how many series were not kept.
    fn retain_under_lock(
        &self,
        store: &'static Store,
        writer: &mut Writer,
        keep: &mut dyn FnMut(&[&str]) -> bool,
    ) -> usize {
        let before = writer.live;
        let mut walk = Walk::default();
        while let Some((address, _)) = self.next(store, writer, &mut walk) {
            if !walk.key.with_values(&mut *keep) {
                self.end(store, writer, address);
            }
        }
        before - writer.live
    }

    /// Ends series that nothing touched for `timeout`. A series counts as touched at the collection that notices it.
    fn expire(&self, store: &'static Store, timeout: Duration, now: Instant) {
        let mut writer = store.lock();
        let mut idle = Vec::new();
        for (address, last_touched) in &mut writer.last_touched {
            let Some((record, _)) = self.record(store, *address) else {
                continue;
            };
            if record.slot().take_touched() {
                *last_touched = now;
            } else if now.saturating_duration_since(*last_touched) >= timeout {
                idle.push(*address);
            }
        }
        for address in idle {
            self.end(store, &mut writer, address);
        }
        let touched = &mut writer.last_touched;
        if touched.len() < touched.capacity() / 4 {
            touched.shrink_to(touched.len() * 2);
        }
    }

    pub(super) fn collect<M: SeriesMetric>(&'static self, sink: &mut dyn SeriesSink) {
        Window::with(|window| {
            if let Some(store) = self.store.get() {
                if let Some(timeout) = self.descriptor.idle_timeout {
                    self.expire(store, timeout, Instant::now());
                }
                self.give_back(store);
                let (mut from, mut least) = (Address::FIRST, 0);
                // A new lock for each window, and none while the sink has it.
                while let Some(start) = store.copy(from, least, window) {
                    let words = window.hand_over::<M>(self.descriptor, sink);
                    // A block that is not there as a whole is copied again, with more of it.
                    least = if words == 0 { window.len() * 2 } else { 0 };
                    from = start.plus(words);
                }
            }
            if let Some(words) = self.overflow.get() {
                window.copy(words, words.len());
                window.hand_over::<M>(self.descriptor, sink);
            }
        });
    }

    /// The next live record of a walk, whose key is read too. Under the writers' lock.
    fn next(
        &self,
        store: &'static Store,
        writer: &Writer,
        walk: &mut Walk,
    ) -> Option<(Address, Record)> {
        if writer.live == 0 {
            return None;
        }
        loop {
            let (address, _) = writer.fill.used(walk.cursor)?;
            let (record, form) = self.record(store, address)?;
            walk.cursor = address.next(form);
            if record.slot().is_live() {
                record.read_key(self.labels(), &mut walk.key);
                return Some((address, record));
            }
        }
    }

    /// The label values of the live series that has this slot.
    #[cfg(feature = "testing")]
    pub(super) fn values_of(&'static self, slot: Slot) -> Option<Vec<String>> {
        if self.overflow.get().is_some() && self.overflow() == slot {
            return Some(vec![OVERFLOW.to_owned(); self.labels()]);
        }
        let store = self.store.get()?;
        let writer = store.lock();
        let mut walk = Walk::default();
        while let Some((_, record)) = self.next(store, &writer, &mut walk) {
            if record.slot() == slot {
                let values = walk.key.values().map(str::to_owned);
                return Some(values.collect());
            }
        }
        None
    }

    /// Puts all live series into a table. In the order of their addresses, in which each stands behind the one before, and not in
    /// that of the table that there was, which leads all over the memory.
    fn draft(&self, store: &'static Store, fill: &Fill, draft: &mut Draft) {
        let mut from = Address::FIRST;
        while let Some((start, words)) = store.space.used(fill, from) {
            let put = |hash, address| draft.put(hash, address);
            record::each_live(start, words, self.width(), self.labels(), put);
            from = start.plus(words.len());
        }
    }

    fn hash_at(&self, store: &'static Store, address: Address) -> u64 {
        self.record(store, address)
            .map_or(0, |(record, _)| record.hash())
    }

    /// Words for the values of a series.
    #[inline(always)]
    fn width(&self) -> usize {
        self.width as usize
    }

    fn labels(&self) -> usize {
        self.descriptor.labels.len()
    }
}

/// Visits records in the order of their addresses, over several locks if need be.
struct Walk {
    cursor: Address,
    key: KeyBuffer,
}

impl Default for Walk {
    fn default() -> Self {
        Self {
            cursor: Address::FIRST,
            key: KeyBuffer::default(),
        }
    }
}

impl Store {
    /// Copies records from an address on, at least so many words if there are as many; returns where they start.
    fn copy(&self, from: Address, least: usize, window: &mut Window) -> Option<Address> {
        let writer = self.lock();
        if writer.live == 0 {
            return None;
        }
        let (start, words) = self.space.used(&writer.fill, from)?;
        window.copy(words, least);
        Some(start)
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls a function with each label value.
type ForEachValue<'a> = &'a dyn Fn(&mut dyn FnMut(&str));

/// What the label values of a series to be created are like.
#[derive(Default)]
struct Seen {
    is_too_long: bool,
    /// Whether any of them is not that of the overflow series.
    is_series: bool,
    /// Whether any of them has to be escaped.
    has_special: bool,
}

impl Seen {
    const USUAL: Self = Self {
        is_too_long: false,
        is_series: true,
        has_special: false,
    };

    fn new(for_each_value: ForEachValue<'_>) -> Self {
        let mut seen = Self::default();
        for_each_value(&mut |value: &str| seen.value(value));
        seen
    }

    /// Whether the values of a key with this body are, without a look at each of them: none can be too long, the first one does not
    /// begin as that of the overflow series does, and no byte has to be escaped. Lengths between them may look as if one had.
    fn is_usual(body: &[u64]) -> bool {
        let special = body
            .iter()
            .fold(0, |special, word| special | escape::special_bytes(*word));
        let first = body.first().map_or([0; 8], |word| word.to_le_bytes());
        let start = OVERFLOW.as_bytes().first_chunk::<7>();
        special == 0
            && body.len() < MAX_LABEL_LEN / size_of::<u64>()
            && first.first_chunk() != start
            && first.last_chunk() != start
    }

    fn value(&mut self, value: &str) {
        self.is_too_long |= value.len() > MAX_LABEL_LEN;
        self.is_series |= value != OVERFLOW;
        self.has_special |= !escape::is_plain(value.as_bytes());
    }
}

/// The values of all labels.
struct Values<'a>(&'a [&'a str]);

impl Labels for Values<'_> {
    const LABELS: &'static [LabelDescriptor] = &[];

    fn index(&self) -> usize {
        0
    }

    fn visit(&self, each: &mut impl EachValue) {
        self.0.iter().for_each(|value| each.value(value));
    }
}
