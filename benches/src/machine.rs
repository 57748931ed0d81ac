//! The machine that the numbers come from.

use std::fs;
use std::process::Command;

use crate::results::Machine;

/// Everything but the load at the end.
pub fn describe() -> Machine {
    Machine {
        processor: field("/proc/cpuinfo", "model name"),
        cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        system: field("/etc/os-release", "PRETTY_NAME"),
        compiler: compiler(),
        load: [load(); 2],
    }
}

/// The load average over one minute; zero where nobody knows.
pub fn load() -> f64 {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .unwrap_or(0.0)
}

/// `name: value` or `name="value"` in a file of the system.
fn field(path: &str, name: &str) -> String {
    fs::read_to_string(path)
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with(name))?;
            let (_, value) = line.split_once([':', '='])?;
            Some(value.trim().trim_matches('"').to_owned())
        })
        .unwrap_or_else(|| String::from("unknown"))
}

fn compiler() -> String {
    Command::new("rustc").arg("--version").output().map_or_else(
        |_| String::from("unknown"),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
