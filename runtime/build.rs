//! Cargo asks for a build script beside `links`. It also asks the compiler for its version, which `build_info!` exposes.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=METRICSET_RUSTC={}", rustc_version());
}

/// Empty if the compiler does not say: metrics are no reason for a build to fail.
fn rustc_version() -> String {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = Command::new(compiler).arg("--version").output();
    // "rustc 1.95.0 (59807616e 2026-04-14)"
    said.ok()
        .and_then(|said| String::from_utf8(said.stdout).ok())
        .and_then(|said| {
            said.split(' ')
                .nth(1)
                .map(|version| version.trim().to_owned())
        })
        .unwrap_or_default()
}
