//! `build_info!`, from another crate, twice in one program.
#![forbid(unsafe_code)]
#![deny(warnings)]

use std::process::Command;

use metricset::Registry;
use metricset::encode::{Format, encode};
use metricset_tests::judge::Judge;

#[test]
fn a_program_says_what_it_was_built_from() {
    metricset::build_info!("relay", revision = "8a3\"f");
    metricset::build_info!("relay_plugin");
    let registry = Registry::linked().unwrap();
    let mut exposition = String::new();
    encode(&registry, Format::OpenMetrics, &mut exposition);
    let families = Judge::start().parse(Format::OpenMetrics, &exposition);

    let version = env!("CARGO_PKG_VERSION");
    let compiler = Command::new("rustc").arg("--version").output().unwrap();
    let compiler = String::from_utf8(compiler.stdout).unwrap();
    let compiler = compiler.split(' ').nth(1).unwrap();
    for (family, revision) in [("relay_build", "8a3\"f"), ("relay_plugin_build", "")] {
        let family = families.iter().find(|one| one.name == family).unwrap();
        assert_eq!(family.metric_type, "info");
        let [sample] = &*family.samples else {
            panic!("{family:?}")
        };
        assert_eq!(sample.value(), 1.0);
        let label = |name: &str| sample.labels.get(name).map_or("", |value| &**value);
        assert_eq!(label("version"), version);
        assert_eq!(label("revision"), revision);
        assert_eq!(label("rustc"), compiler);
        assert_eq!(sample.labels.len(), 3, "{sample:?}");
    }
    assert!(
        registry.untouched().is_empty(),
        "{:?}",
        registry.untouched()
    );
}
