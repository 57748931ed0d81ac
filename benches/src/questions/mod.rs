//! The questions, one file each.

mod counter;
mod counter_enums;
mod counter_open;
pub mod creation;
mod function;
mod gauge;
pub mod gzip;
mod histogram;
mod histogram_enums;
mod instrument;
pub mod scrape;
pub mod storm;

use crate::contender::Contender;

/// What is asked of recording: so many nanoseconds for one operation.
pub struct Recording {
    /// Names the question on the command line and in the results.
    pub name: &'static str,
    pub title: &'static str,
    pub contenders: fn() -> Vec<Contender>,
}

pub const RECORDING: &[Recording] = &[
    Recording {
        name: "counter",
        title: "counter",
        contenders: counter::contenders,
    },
    Recording {
        name: "counter-enums",
        title: "counter, two 5-value enum labels, resolved each time",
        contenders: counter_enums::contenders,
    },
    Recording {
        name: "counter-open",
        title: "counter, one open label of 1,000",
        contenders: counter_open::contenders,
    },
    Recording {
        name: "gauge",
        title: "gauge, inc and dec",
        contenders: gauge::contenders,
    },
    Recording {
        name: "histogram",
        title: "histogram, 12 bounds",
        contenders: histogram::contenders,
    },
    Recording {
        name: "histogram-enums",
        title: "histogram, two enum labels",
        contenders: histogram_enums::contenders,
    },
    Recording {
        name: "function",
        title: "timing an empty function",
        contenders: function::contenders,
    },
    Recording {
        name: "instrument",
        title: "an attribute on an empty function",
        contenders: instrument::contenders,
    },
];

/// What is asked of a scrape: so many nanoseconds for each line.
pub struct Scraping {
    pub name: &'static str,
    pub title: &'static str,
    /// How many series there are.
    pub sizes: &'static [usize],
    /// For which of them it is asked once more, with nothing in the caches.
    pub cold: usize,
    pub expositions: fn(usize) -> Vec<scrape::Exposition>,
}

pub const SCRAPING: &[Scraping] = &[
    Scraping {
        name: "scrape-closed",
        title: "scrape, counters with two enum labels",
        sizes: &[100, 10_000, 100_000],
        cold: 100_000,
        expositions: scrape::closed,
    },
    Scraping {
        name: "scrape-open",
        title: "scrape, counters with two open labels",
        sizes: &[100, 10_000, 100_000, 1_000_000],
        cold: 100_000,
        expositions: scrape::open,
    },
    Scraping {
        name: "scrape-histograms",
        title: "scrape, histograms of 12 bounds",
        sizes: &[1_000],
        cold: 1_000,
        expositions: scrape::histograms,
    },
];
