//! Who takes part in a question.

use std::hint::black_box;

use crate::results::Role;

/// Repeats the operation so many times.
pub type Repeat = Box<dyn Fn(u64) + Send + Sync>;
/// Makes one exposition and hands its bytes over.
pub type Scrape = Box<dyn Fn(&mut dyn FnMut(&[u8])) + Send + Sync>;

/// One library, or a floor, doing the work of a question.
pub struct Contender {
    pub name: &'static str,
    pub role: Role,
    pub repeat: Repeat,
    /// Exposes what `repeat` records, if the contender can.
    pub scrape: Option<Scrape>,
}

impl Contender {
    pub fn ours(op: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self::new("metricset", Role::Ours, op)
    }

    pub fn peer(name: &'static str, op: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self::new(name, Role::Peer, op)
    }

    pub fn floor(name: &'static str, op: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self::new(name, Role::Floor, op)
    }

    fn new(name: &'static str, role: Role, op: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Self {
            name,
            role,
            // The loop is compiled with the operation inside, as in a user's program. The black box between two operations
            // clobbers memory: nothing that was loaded for one may be kept for the next, and no two may be merged.
            repeat: Box::new(move |count| {
                for i in 0..count {
                    op(i);
                    black_box(());
                }
            }),
            scrape: None,
        }
    }

    #[must_use]
    pub fn scraped_by(mut self, scrape: Scrape) -> Self {
        self.scrape = Some(scrape);
        self
    }
}
