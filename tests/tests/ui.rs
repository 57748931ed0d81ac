//! Every diagnostic, as rustc prints it: one case in `ui/` for each rule.
//!
//! After a change, `TRYBUILD=overwrite cargo test -p metricset-tests --test ui` writes the `.stderr` files anew. Read them.

use std::process::Command;

/// What rustc says around our messages differs from release to release, so the cases hold for one of them.
const TOOLCHAIN: &str = "rustc 1.95.";

#[test]
fn diagnostics() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    assert!(
        version.starts_with(TOOLCHAIN),
        "the cases are written for {TOOLCHAIN}, and this is {version}: run them with that toolchain"
    );
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
    cases.compile_fail("ui/*/*.rs");
}
