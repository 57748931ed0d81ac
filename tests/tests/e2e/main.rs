//! The examples, scraped by a real Prometheus and a real VictoriaMetrics: what they record comes back from queries, and the
//! alerts that are written against their catalogue fire.

mod alerts;
mod connmix;
mod masque_vpn;
mod muti_metroo;
mod pangolin;
mod prometheus;
mod quickstart;
mod server;
mod socks;
mod sockudo;
mod systems;
mod victoria_metrics;

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

const EXAMPLES: [&str; 6] = [
    "connmix",
    "masque-vpn",
    "muti-metroo",
    "pangolin",
    "quickstart",
    "sockudo",
];

/// Builds the examples, once, and tells where a binary of them is.
///
/// Cargo only hands a test the binaries of its own package, and one left from an earlier build would be tested as it was.
fn example(name: &str) -> &str {
    static BINARIES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--message-format=json-render-diagnostics"])
            .args(EXAMPLES.iter().flat_map(|name| ["--package", name]))
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
            .output()
            .expect("cargo starts");
        let messages = String::from_utf8(output.stderr).expect("cargo prints UTF-8");
        assert!(output.status.success(), "{messages}");
        serde_json::Deserializer::from_slice(&output.stdout)
            .into_iter::<serde_json::Value>()
            .filter_map(|message| {
                let message = message.expect("cargo prints JSON");
                message["executable"].as_str().map(str::to_owned)
            })
            .collect()
    });
    BINARIES
        .iter()
        .find(|path| Path::new(path).file_stem().is_some_and(|stem| stem == name))
        .expect("the package has a binary of its name")
}
