//! The catalogue out of binaries: of each format, of a real program, and of files that are broken in their several ways.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use metricset_model::catalog::embed;
use metricset_model::{
    FamilyDescriptor, LabelDescriptor, Location, MetricType, NestedDescriptor, SetDescriptor, Unit,
};
use object::write::Object;
use object::{Architecture, BinaryFormat, Endianness, SectionKind};

const HERE: Location = Location {
    file: "src/\"odd\"\\path.rs",
    line: 7,
};

const FAMILIES: &[FamilyDescriptor] = &[
    FamilyDescriptor::new(
        "db_queries_total",
        "queries_total",
        MetricType::Counter,
        &[
            LabelDescriptor::new("kind", Some(&["read", "wri\"te", "\u{e9}\n"])),
            LabelDescriptor::new("table", None),
        ],
        "Queries\tby \u{1f980} kind.",
        HERE,
    )
    .with_max_series(7),
    FamilyDescriptor::new(
        "db_latency_seconds",
        "latency_seconds",
        MetricType::Histogram,
        &[],
        "Latency.",
        HERE,
    )
    .with_buckets(&[0.1, 1e-300, 12345.678])
    .with_unit(Unit::Seconds),
    FamilyDescriptor::new(
        "db_size_bytes",
        "size_bytes",
        MetricType::Summary,
        &[],
        "Size.",
        HERE,
    )
    .with_quantiles(&[0.0, 0.1, 1.0]),
];

static DB: SetDescriptor =
    SetDescriptor::new("Db", "", "db", &[], FAMILIES, &[], "app", "app::db", HERE);
static APP: SetDescriptor = SetDescriptor::new(
    "App",
    "Docs.",
    "app",
    &[("zone", "a")],
    &[],
    &[NestedDescriptor::new(
        "primary",
        true,
        &DB,
        Location {
            file: "src/app.rs",
            line: 3,
        },
    )],
    "app",
    "app",
    Location {
        file: "src/app.rs",
        line: 1,
    },
);

const DB_RECORD: [u8; embed::len(&DB, false)] = embed::record(&DB, false);
const APP_RECORD: [u8; embed::len(&APP, true)] = embed::record(&APP, true);

/// A file of a format with one section.
fn binary(format: BinaryFormat, segment: &str, section: &str, data: &[u8]) -> Vec<u8> {
    let mut object = Object::new(format, Architecture::X86_64, Endianness::Little);
    let id = object.add_section(segment.into(), section.into(), SectionKind::ReadOnlyData);
    object.append_section_data(id, data, 1);
    object.write().unwrap()
}

fn elf(data: &[u8]) -> Vec<u8> {
    binary(BinaryFormat::Elf, "", embed::ELF_SECTION, data)
}

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cargo-metricset"))
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

/// What `list --format json` prints about a file.
fn listed(content: &[u8]) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("program"), content).unwrap();
    let output = run(
        folder.path(),
        &["list", "--binary", "program", "--format", "json"],
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Why a file is refused.
fn refused(content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("program"), content).unwrap();
    let output = run(folder.path(), &["list", "--binary", "program"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn every_format_gives_the_same_catalogue() {
    let records = [
        DB_RECORD.as_slice(),
        b"\0\0\0",
        APP_RECORD.as_slice(),
        b"\0",
    ]
    .concat();
    let catalog = listed(&elf(&records));
    assert_eq!(
        catalog,
        listed(&binary(
            BinaryFormat::MachO,
            "__DATA",
            embed::MACH_O_SECTION,
            &records
        ))
    );
    assert_eq!(
        catalog,
        listed(&binary(BinaryFormat::Coff, "", embed::PE_SECTION, &records))
    );

    // `Db` is not registered and stands inside `App`: it is listed once, under both prefixes and the outer labels.
    let sets = catalog["sets"].as_array().unwrap();
    let [db] = sets.as_slice() else {
        panic!("{sets:?}");
    };
    assert_eq!(db["prefix"], "app_primary");
    assert_eq!(db["optional"], true);
    let queries = &db["families"][0];
    assert_eq!(queries["name"], "app_primary_queries_total");
    assert_eq!(queries["help"], "Queries\tby \u{1f980} kind.");
    assert_eq!(queries["file"], HERE.file);
    assert_eq!(queries["max_series"], 7);
    assert_eq!(
        queries["labels"],
        serde_json::json!([
            { "name": "zone", "values": ["a"] },
            { "name": "kind", "values": ["read", "wri\"te", "\u{e9}\n"] },
            { "name": "table" },
        ])
    );
    assert_eq!(
        db["families"][1]["buckets"],
        serde_json::json!([0.1, 1e-300, 12345.678])
    );
    assert_eq!(
        db["families"][2]["quantiles"],
        serde_json::json!([0.0, 0.1, 1.0])
    );
    assert_eq!(db["families"][1]["quantiles"], serde_json::Value::Null);
}

#[test]
fn a_set_that_is_only_instantiated_is_listed_by_itself() {
    let catalog = listed(&elf(&DB_RECORD));
    assert_eq!(
        catalog["sets"][0]["families"][0]["name"],
        "db_queries_total"
    );
}

#[test]
fn what_list_wrote_can_be_read_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("program"), elf(&APP_RECORD)).unwrap();
    let first = run(
        folder.path(),
        &["list", "--binary", "program", "--format", "json"],
    );
    fs::write(folder.path().join("catalog.json"), &first.stdout).unwrap();
    let second = run(
        folder.path(),
        &["list", "--catalog", "catalog.json", "--format", "json"],
    );
    assert_eq!(stdout(&first), stdout(&second));
}

#[test]
fn broken_binaries_are_refused_with_the_reason() {
    let whole = elf(&APP_RECORD);
    assert!(
        refused(&binary(BinaryFormat::Elf, "", ".rodata", b"x")).contains("holds no catalogue")
    );
    assert!(refused(&elf(&APP_RECORD[..APP_RECORD.len() - 9])).contains("cut off"));
    assert!(refused(&elf(b"{\"version\":1,\n")).contains("damaged"));
    assert!(refused(&elf(b"\xff\n")).contains("not UTF-8"));
    assert!(refused(&elf(b"{\"version\":99,\"anything\":{}}\n")).contains("version 99"));
    // Section headers stand at the end of the file.
    let truncated = refused(&whole[..whole.len() - 100]);
    assert!(
        truncated.contains("is not a program that can be read"),
        "{truncated}"
    );
    // No section table at all: e_shoff, e_shnum and e_shstrndx are zero.
    let mut bare = whole;
    bare[40..48].fill(0);
    bare[60..64].fill(0);
    assert!(refused(&bare).contains("has no section table"));
}

/// Builds a program of this workspace, so that what the derives emit and the linker keeps is what is read.
#[test]
fn a_real_program_built_and_stripped() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = run(root, &["list", "--bin", "quickstart", "quickstart_*"]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stdout(&output).contains("quickstart_requests_total"));

    // It stands beside this one now.
    let built = Path::new(env!("CARGO_BIN_EXE_cargo-metricset")).with_file_name("quickstart");
    let folder = tempfile::tempdir().unwrap();
    let stripped = folder.path().join("stripped");
    let status = Command::new("strip")
        .arg("-s")
        .arg("-o")
        .arg(&stripped)
        .arg(&built)
        .status()
        .unwrap();
    assert!(status.success());
    let same = run(
        folder.path(),
        &["list", "--binary", "stripped", "quickstart_*"],
    );
    assert_eq!(stdout(&same), stdout(&output));

    let content = fs::read(&stripped).unwrap();
    assert!(refused(&content[..content.len() / 2]).contains("is not a program that can be read"));

    let output = run(root, &["list", "--bin", "nothing-of-this-name"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr)
            .contains("no package of this workspace has a binary `nothing-of-this-name`")
    );
}

/// In this workspace other packages switch on features of `metricset` that bring metric sets of their own.
#[test]
fn a_binary_is_built_with_its_package_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let alone = run(
        root,
        &["list", "--package", "muti-metroo", "--bin", "muti-metroo"],
    );
    let named = run(root, &["list", "--bin", "muti-metroo"]);
    assert_eq!(named.status.code(), Some(0));
    assert_eq!(stdout(&named), stdout(&alone));
}

#[test]
fn a_binary_of_several_packages_asks_for_the_package() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "[workspace]\nmembers = [\"one\", \"two\"]\nresolver = \"3\"\n";
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    for package in ["one", "two"] {
        let manifest = format!(
            "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[[bin]]\nname = \"app\"\npath = \"main.rs\"\n"
        );
        fs::create_dir(folder.path().join(package)).unwrap();
        fs::write(folder.path().join(package).join("Cargo.toml"), manifest).unwrap();
        fs::write(folder.path().join(package).join("main.rs"), "fn main() {}").unwrap();
    }
    let said = |args: &[&str]| {
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let ambiguous = said(&["list", "--bin", "app"]);
    assert!(
        ambiguous
            .contains("several packages have a binary `app`, `one`, `two`: write `--package one`"),
        "{ambiguous}"
    );
    let unknown = said(&["list", "--bin", "ap"]);
    assert!(unknown.contains("write one of `app`"), "{unknown}");
    let chosen = said(&["list", "--package", "two", "--bin", "app"]);
    assert!(chosen.contains("holds no catalogue"), "{chosen}");
}

const OPTIMISED: &str = r#"#![forbid(unsafe_code)]
use metricset::{Counter, MetricSet};

/// One counter.
#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Starts.
    starts_total: Counter,
}

static APP: App = App::global();

#[metricset::instrument_metric(objective(success = 99.0))]
fn start() {
    APP.starts_total.inc();
}

fn main() {
    start();
}
"#;

/// What the linker could drop: nothing refers to the records, and all of the program is one unit.
#[test]
fn records_survive_fat_lto_and_strip_in_a_crate_that_forbids_unsafe_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let manifest = format!(
        "[package]\nname = \"optimised\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [dependencies]\nmetricset = {{ path = {:?} }}\n\
         [profile.release]\nlto = \"fat\"\ncodegen-units = 1\nstrip = true\n[workspace]\n",
        root.join("runtime")
    );
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    // The versions that are at hand.
    fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/main.rs"), OPTIMISED).unwrap();
    let args = [
        "list",
        "--bin",
        "optimised",
        "--profile",
        "release",
        "--format",
        "json",
    ];
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-metricset"))
        .args(args)
        .current_dir(folder.path())
        .env("CARGO_TARGET_DIR", folder.path().join("target"))
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let catalog: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<&str> = catalog["sets"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|set| set["families"].as_array().unwrap())
        .map(|family| family["name"].as_str().unwrap())
        .collect();
    assert!(
        names.contains(&"app_starts_total") && names.contains(&"function_calls_total"),
        "{names:?}"
    );
    assert_eq!(catalog["functions"][0]["success_objective"], 99.0);
}
