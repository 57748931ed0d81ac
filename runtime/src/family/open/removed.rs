//! Records of removed series, which are used again once they have rested.
//!
//! A handle checks the generation of its record and then writes. A thread that is stopped in between, for as long as the record
//! rests, adds one update to a stranger's series. So a record rests for [`Rest::seconds`], which the machine would have to be
//! out of order for; but where many series come and go, memory must not grow with how many that were. Therefore at most
//! [`Rest::most`] records of a form wait, and the one that has waited longest rests no longer.

use std::collections::VecDeque;

use super::by_form::ByForm;
use super::record::Form;
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

/// A list of so many addresses may stay.
const FEW: usize = 16;

/// Records by their form.
#[derive(Default)]
pub(super) struct Removed {
    /// What was added to the rested ones last: mostly the second one of the pair that was made last, for the next series.
    last: Option<(Form, Address)>,
    by_form: ByForm<OfForm>,
}

#[derive(Default)]
struct OfForm {
    /// Those that rest, the one that was removed first in front.
    resting: VecDeque<Entry>,
    rested: Vec<Address>,
}

struct Entry {
    /// In seconds of the process.
    since: u32,
    address: Address,
}

impl Removed {
    /// Lets a record rest.
    pub(super) fn push(&mut self, form: Form, address: Address, rest: Rest, now: u32) {
        let resting = &mut self.by_form.get_or_default(form).resting;
        let since = now;
        resting.push_back(Entry { since, address });
        if resting.len() > rest.most
            && let Some(entry) = resting.pop_front()
        {
            self.push_rested(form, entry.address);
        }
    }

    /// Adds a record that has rested, or that no series has lived in.
    pub(super) fn push_rested(&mut self, form: Form, address: Address) {
        if let Some((form, address)) = self.last.replace((form, address)) {
            self.by_form.get_or_default(form).rested.push(address);
        }
    }

    /// A record of this form that has rested.
    pub(super) fn take(
        &mut self,
        form: Form,
        rest: Rest,
        now: impl FnOnce() -> u32,
    ) -> Option<Address> {
        if let Some((_, address)) = self.last.take_if(|(last, _)| *last == form) {
            return Some(address);
        }
        let OfForm { resting, rested } = self.by_form.get_mut(form)?;
        let Some(address) = rested.pop() else {
            let has_rested = |entry: &mut Entry| now().saturating_sub(entry.since) >= rest.seconds;
            return Some(resting.pop_front_if(has_rested)?.address);
        };
        // Not at every turn, and with as much room again.
        if rested.capacity() > FEW && rested.len() < rested.capacity() / 4 {
            rested.shrink_to(rested.len() * 2);
        }
        Some(address)
    }

    /// Takes records out that are used no more.
    pub(super) fn forget(&mut self, is_forgotten: impl Fn(Address) -> bool) {
        self.last.take_if(|(_, address)| is_forgotten(*address));
        self.by_form.retain(|OfForm { resting, rested }| {
            resting.retain(|entry| !is_forgotten(entry.address));
            rested.retain(|address| !is_forgotten(*address));
            resting.shrink_to_fit();
            rested.shrink_to_fit();
            !resting.is_empty() || !rested.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Removed, Rest};
    use crate::family::open::space::Address;

    const REST: Rest = Rest {
        seconds: 10,
        most: 3,
    };

    fn form(words: usize) -> Form {
        let is_paired = false;
        Form { words, is_paired }
    }

    fn address(bits: u32) -> Address {
        Address::from_bits(bits)
    }

    #[test]
    fn a_record_rests_unless_too_many_do() {
        let mut removed = Removed::default();
        for at in 0..3 {
            removed.push(form(4), address(at), REST, 100 + at);
        }
        assert!(removed.take(form(4), REST, || 109).is_none());
        assert!(removed.take(form(5), REST, || 200).is_none());
        assert!(removed.take(form(4), REST, || 110) == Some(address(0)));
        assert!(removed.take(form(4), REST, || 110).is_none());
        // The fourth that waits.
        removed.push(form(4), address(7), REST, 110);
        removed.push(form(4), address(8), REST, 110);
        assert!(removed.take(form(4), REST, || 110) == Some(address(1)));
        assert!(removed.take(form(4), REST, || 110).is_none());
    }

    #[test]
    fn what_many_removals_needed_is_given_back() {
        let count = if cfg!(miri) { 1_000 } else { 100_000 };
        let mut removed = Removed::default();
        for at in 0..count {
            removed.push(form(4), address(at), REST, 0);
        }
        for _ in 3..count {
            assert!(removed.take(form(4), REST, || 0).is_some());
        }
        assert!(removed.take(form(4), REST, || 0).is_none());
        assert!(removed.by_form.get_or_default(form(4)).rested.capacity() < 100);
        removed.push_rested(form(5), address(count));
        removed.forget(|other| other < address(count - 1));
        assert!(removed.take(form(4), REST, || 10) == Some(address(count - 1)));
        assert!(removed.take(form(5), REST, || 0) == Some(address(count)));
        removed.forget(|_| true);
        assert!(
            [4, 5]
                .iter()
                .all(|words| removed.by_form.get_mut(form(*words)).is_none())
        );
    }
}
