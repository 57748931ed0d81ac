//! The memory of clients that have left goes back to the system.
//!
//! One test alone in its program, since the system counts for all threads.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::env;
use std::process::Command;

use metricset::Registry;
use metricset::encode::{Format, encode};
use metricset_tests::clients::{clients, id};
use metricset_tests::poll::eventually;

const CLIENTS: usize = 100_000;

/// Tells glibc to allocate what is larger by itself, so that it goes back to the system when it is freed. How much of it glibc would
/// keep for the program's next allocations differs from run to run.
const MMAP_THRESHOLD: &str = "MALLOC_MMAP_THRESHOLD_";

fn scrape(registry: &Registry) -> String {
    let mut exposition = String::new();
    encode(registry, Format::PrometheusText, &mut exposition);
    exposition
}

/// What the process has of the machine's memory, in bytes.
fn resident(process: &Registry) -> usize {
    let exposition = scrape(process);
    let mut lines = exposition.lines();
    let value = lines.find_map(|line| line.strip_prefix("process_resident_memory_bytes "));
    value.unwrap().parse().unwrap()
}

#[test]
fn a_hundred_thousand_clients_at_once_leave_and_so_does_their_memory() {
    if env::var_os(MMAP_THRESHOLD).is_none() {
        let mut this = Command::new(env::current_exe().unwrap());
        let status = this.env(MMAP_THRESHOLD, "131072").status().unwrap();
        assert!(status.success());
        return;
    }
    let (registry, clients) = clients();
    let process = Registry::new();
    process.register_process().unwrap();
    let before = resident(&process);
    for wave in 0..2 {
        let numbers = wave * CLIENTS..(wave + 1) * CLIENTS;
        for number in numbers.clone() {
            clients.connect(&id(number));
        }
        let taken = resident(&process) - before;
        for number in numbers {
            clients.disconnect(&id(number));
        }
        eventually("memory goes back", || {
            scrape(&registry);
            let left = resident(&process).saturating_sub(before);
            if left < taken / 5 {
                Ok(())
            } else {
                Err(format!("{left} bytes of {taken} are left"))
            }
        });
    }
}
