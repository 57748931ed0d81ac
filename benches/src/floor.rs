//! What a scrape takes at least: copying what is before each value, already rendered, and formatting the value.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::contender::Scrape;
use crate::labels::{BOUNDS, REQUESTS, Request};
use crate::peers;

/// The cells of a histogram: the sum, and a bucket for each bound and beyond them.
pub const HISTOGRAM: usize = BOUNDS.len() + 2;

/// What a line ends with.
pub trait Value: Send + Sync + 'static {
    fn get(&self) -> u64;
}

impl Value for AtomicU64 {
    fn get(&self) -> u64 {
        self.load(Ordering::Relaxed)
    }
}

impl<V: Value> Value for &'static V {
    fn get(&self) -> u64 {
        V::get(self)
    }
}

/// Of two threads.
impl<V: Value> Value for (V, V) {
    fn get(&self) -> u64 {
        self.0.get() + self.1.get()
    }
}

/// Of values and what is before each in its line.
pub fn copy_and_format<V: Value>(lines: impl IntoIterator<Item = (String, V)>) -> Scrape {
    let lines: Vec<_> = lines.into_iter().collect();
    peers::into_string(move |out| {
        for (start, value) in &lines {
            out.push_str(start);
            out.push_str(itoa::Buffer::new().format(value.get()));
            out.push('\n');
        }
    })
}

/// What is before the values of a histogram's buckets, with these label pairs before the bound.
pub fn bucket_lines(labels: String) -> impl Iterator<Item = String> {
    let bounds = BOUNDS
        .iter()
        .map(f64::to_string)
        .chain([String::from("+Inf")]);
    bounds.map(move |bound| format!("bench_latency_seconds_bucket{{{labels}le=\"{bound}\"}} "))
}

/// What is before the values of [`HISTOGRAM`] cells.
pub fn histogram_lines(labels: String) -> impl Iterator<Item = String> {
    let sum = format!("bench_latency_seconds_sum{{{labels}}} ");
    [sum].into_iter().chain(bucket_lines(labels))
}

/// The label pairs of each request, in the order of their indices.
pub fn requests() -> impl Iterator<Item = String> {
    (0..REQUESTS).map(|i| {
        let Request { method, route } = Request::at(i);
        format!("method=\"{}\",route=\"{}\",", method.text(), route.text())
    })
}
