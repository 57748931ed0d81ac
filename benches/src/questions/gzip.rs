//! Compressed expositions: what that costs, and how small they become. Why the exporter does it the way it does.

use std::sync::{Arc, Mutex};

use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Strategy};

use crate::contender::Scrape;
use crate::families::{COUNTERS, Family, HISTOGRAMS};
use crate::labels::shard;
use crate::measure::{self, Scraped};
use crate::results::{Answer, Question, Role};

const RUNS: usize = 9;
/// Bytes that an exposition comes in.
const PIECE: usize = 8 * 1024;
/// Says that there is a gzip header, beside the size of the window.
const GZIP_WINDOW: i32 = 16 + 15;

/// Ways of `zlib-rs`.
const WAYS: [(&str, i32, Strategy); 7] = [
    ("level 1, as the exporter does", 1, Strategy::Default),
    ("level 2", 2, Strategy::Default),
    ("level 4", 4, Strategy::Default),
    ("level 6, the usual default", 6, Strategy::Default),
    ("level 9", 9, Strategy::Default),
    (
        "level 1, Huffman codes without matches",
        1,
        Strategy::HuffmanOnly,
    ),
    ("level 1, matches of repeated bytes alone", 1, Strategy::Rle),
];

/// Nanoseconds and bytes for each line.
pub fn ask() -> [Question; 2] {
    let counters = family(COUNTERS);
    counters.fill(0, 10_000);
    let histograms = family(HISTOGRAMS);
    for i in 0..1_000 {
        let (tenant, shard) = shard(i);
        for k in 0..i % 40 {
            (histograms.update)(&tenant, &shard, ((i + k) * 7919) as u64);
        }
    }
    let (counters, histograms) = (compressed(counters), compressed(histograms));
    let question = |name, title, unit, number: fn(&Scraped, usize) -> f64| {
        let answers = counters.iter().zip(&histograms).map(|(one, other)| {
            let numbers = [one, other].map(|one| Some(number(&one.scraped, one.lines)));
            Answer::new(one.name, one.role, numbers.to_vec())
        });
        let columns = ["10,000 counters", "1,000 histograms"];
        Question::new(name, title, unit, &columns, answers.collect())
    };
    [
        question(
            "gzip",
            "compressed scrapes: what compressing takes",
            "ns a line",
            |scraped, lines| scraped.nanos / lines as f64,
        ),
        question(
            "gzip-size",
            "compressed scrapes: what is sent",
            "bytes a line",
            |scraped, lines| scraped.bytes as f64 / lines as f64,
        ),
    ]
}

fn family(families: &[fn() -> Family]) -> Family {
    let mut families = families.iter().map(|new| new());
    let ours = families.find(|one| one.role == Role::Ours);
    ours.expect("one is ours")
}

struct Compressed {
    name: &'static str,
    role: Role,
    scraped: Scraped,
    /// Of what was compressed.
    lines: usize,
}

/// One exposition, made and not compressed, and compressed in all ways.
fn compressed(family: Family) -> Vec<Compressed> {
    let mut text = Vec::new();
    (family.scrape)(&mut |bytes| text.extend_from_slice(bytes));
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    let text: Arc<[u8]> = text.into();
    let mut ways = vec![("collecting and encoding alone", Role::Floor, family.scrape)];
    for (name, level, strategy) in WAYS {
        let text = Arc::clone(&text);
        // Kept, as the exporter's chunks are.
        let out = Mutex::new(vec![0; text.len()]);
        let scrape: Scrape = Box::new(move |done| {
            let mut out = out.lock().expect("no other use panics");
            let len = deflate(&text, level, strategy, &mut out);
            done(&out[..len]);
        });
        ways.push((name, Role::Peer, scrape));
    }
    let miniz: Scrape = Box::new(move |done| {
        done(&miniz_oxide::deflate::compress_to_vec(&text, 1));
    });
    ways.push(("miniz_oxide, level 1", Role::Peer, miniz));
    let scrapes: Vec<_> = ways.iter().map(|(.., scrape)| scrape).collect();
    let scraped = measure::scraping(&scrapes, RUNS);
    let scraped = ways.iter().zip(scraped);
    scraped
        .map(|((name, role, _), scraped)| Compressed {
            name,
            role: *role,
            scraped,
            lines,
        })
        .collect()
}

/// Returns how long what it wrote is.
fn deflate(text: &[u8], level: i32, strategy: Strategy, out: &mut [u8]) -> usize {
    let mut deflate = Deflate::new_with_config(DeflateConfig {
        level,
        strategy,
        window_bits: GZIP_WINDOW,
        ..DeflateConfig::default()
    });
    let mut at = 0;
    while at < text.len() {
        let piece = &text[at..text.len().min(at + PIECE)];
        let (taken, written) = (deflate.total_in(), deflate.total_out() as usize);
        deflate
            .compress(piece, &mut out[written..], DeflateFlush::NoFlush)
            .expect("the state is sound");
        at += (deflate.total_in() - taken) as usize;
    }
    let written = deflate.total_out() as usize;
    deflate
        .compress(&[], &mut out[written..], DeflateFlush::Finish)
        .expect("text shrinks");
    deflate.total_out() as usize
}
