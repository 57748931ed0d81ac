//! Records of removed series, which are used again once they have rested.
//!
//! A handle checks the generation of its record and then writes. A thread that is stopped in between, for as long as the record
//! rests, adds one update to a stranger's series. So a record rests for [`Rest::seconds`], which the machine would have to be
//! out of order for; but where many series come and go, memory must not grow with how many that were. Therefore at most
//! [`Rest::most`] records of a size wait, and the one that has waited longest rests no longer.

use std::collections::{HashMap, VecDeque};

use super::space::Address;

/// How long a record rests.
#[derive(Clone, Copy)]
pub(super) struct Rest {
    pub(super) seconds: u32,
    pub(super) most: usize,
}

impl Rest {
    /// None in this crate's own tests, which therefore use every record again at once, and keep no handle across threads.
    pub(super) const USUAL: Self = if cfg!(test) {
        Self {
            seconds: 0,
            most: 0,
        }
    } else {
        Self {
            seconds: 10,
            most: 4_096,
        }
    };
}

/// Records by their size in words, those that were removed first in front.
#[derive(Default)]
pub(super) struct Removed(HashMap<usize, VecDeque<Entry>>);

struct Entry {
    /// In seconds of the process.
    since: u32,
    address: Address,
}

impl Removed {
    pub(super) fn push(&mut self, size: usize, address: Address, now: u32) {
        let since = now;
        self.0
            .entry(size)
            .or_default()
            .push_back(Entry { since, address });
    }

    /// A record of this size that has rested.
    pub(super) fn take(
        &mut self,
        size: usize,
        rest: Rest,
        now: impl FnOnce() -> u32,
    ) -> Option<Address> {
        let waiting = self.0.get_mut(&size)?;
        let is_full = waiting.len() > rest.most;
        let entry = waiting
            .pop_front_if(|entry| is_full || now().saturating_sub(entry.since) >= rest.seconds)?;
        // Not at every turn, and with as much room again.
        if waiting.len() < waiting.capacity() / 4 {
            waiting.shrink_to(waiting.len() * 2);
        }
        Some(entry.address)
    }
}

#[cfg(test)]
mod tests {
    use super::{Removed, Rest};
    use crate::family::open::space::Address;

    const REST: Rest = Rest {
        seconds: 10,
        most: 3,
    };

    fn address(bits: u32) -> Address {
        Address::from_bits(bits)
    }

    #[test]
    fn a_record_rests_unless_too_many_do() {
        let mut removed = Removed::default();
        for at in 0..3 {
            removed.push(4, address(at), 100 + at);
        }
        assert!(removed.take(4, REST, || 109).is_none());
        assert!(removed.take(5, REST, || 200).is_none());
        assert!(removed.take(4, REST, || 110) == Some(address(0)));
        assert!(removed.take(4, REST, || 110).is_none());
        // The fourth that waits.
        removed.push(4, address(7), 110);
        removed.push(4, address(8), 110);
        assert!(removed.take(4, REST, || 110) == Some(address(1)));
        assert!(removed.take(4, REST, || 110).is_none());
    }

    #[test]
    fn what_many_removals_needed_is_given_back() {
        let count = if cfg!(miri) { 1_000 } else { 100_000 };
        let mut removed = Removed::default();
        for at in 0..count {
            removed.push(4, address(at), 0);
        }
        for at in 0..count {
            assert!(removed.take(4, REST, || 100) == Some(address(at)));
        }
        let capacity: usize = removed.0.values().map(|waiting| waiting.capacity()).sum();
        assert!(capacity < 100, "{capacity}");
    }
}
