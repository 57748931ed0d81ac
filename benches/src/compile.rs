//! What a library costs at compile time: crates and CPU seconds of the smallest program with each, and of programs with many
//! metrics with ours.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{fs, io};

use crate::measure::median;
use crate::results::{Answer, Question, Role};

/// The folders of `minimal/`.
const PROGRAMS: &[&str] = &[
    "metricset",
    "metricset-default-features",
    "prometheus-client",
    "prometheus",
    "metrics",
    "measured",
    "fastmetrics",
    "fast-telemetry",
    "foundations-metrics",
    "vise",
    "opentelemetry",
];

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The programs of `minimal/`: a counter by two labels and a histogram, printed as Prometheus text, with no features of the
/// library but those that they need; ours with its default features too.
///
/// # Errors
/// If cargo does not build them.
pub fn minimal() -> io::Result<Question> {
    let target = scratch("minimal")?;
    // As crates of a registry are compiled: ours stands here by its path, and would be compiled for being edited.
    let config = "build.incremental=false";
    let seconds = in_turns(PROGRAMS, |program| {
        let package = format!("minimal-{program}");
        let build = ["--config", config, "build", "--package", &package];
        let seconds = cargo_seconds(&build, &target)?;
        fs::remove_dir_all(&target)?;
        Ok(seconds)
    })?;
    let answers = PROGRAMS
        .iter()
        .zip(seconds)
        .map(|(program, seconds)| {
            let crates = crates(&format!("minimal-{program}"))?;
            let (name, role) = match *program {
                "metricset" => ("metricset", Role::Ours),
                "metricset-default-features" => ("metricset (default features)", Role::Ours),
                peer => (peer, Role::Peer),
            };
            Ok(Answer::new(name, role, vec![Some(crates as f64), seconds]))
        })
        .collect::<io::Result<_>>()?;
    Ok(Question::new(
        "minimal",
        "smallest program: crates, and CPU seconds of a clean debug build",
        "crates, s",
        &["crates", "CPU s"],
        answers,
    ))
}

/// CPU seconds of compiling a crate with so many metrics, in debug, with all dependencies built: ten metrics in a set, every
/// third of them a family of two labels.
///
/// # Errors
/// If cargo does not build them.
pub fn many() -> io::Result<Question> {
    const COUNTS: [usize; 3] = [0, 100, 1_000];
    let package = scratch("many")?;
    let runtime = workspace().join("../runtime");
    fs::create_dir(package.join("src"))?;
    fs::write(
        package.join("Cargo.toml"),
        format!(
            "[package]\nname = \"many\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\nmetricset = {{ path = {:?} }}\n",
            runtime.display().to_string()
        ),
    )?;
    fs::copy(workspace().join("Cargo.lock"), package.join("Cargo.lock"))?;
    let manifest = package.join("Cargo.toml").display().to_string();
    let build = ["build", "--manifest-path", &manifest];
    let target = package.join("target");
    fs::write(package.join("src/main.rs"), program(0))?;
    cargo_seconds(&build, &target)?;
    let seconds = in_turns(&COUNTS, |metrics| {
        fs::write(package.join("src/main.rs"), program(*metrics))?;
        // Nothing is taken over from the program before.
        fs::remove_dir_all(target.join("debug/incremental"))?;
        cargo_seconds(&build, &target)
    })?;
    fs::remove_dir_all(package)?;
    Ok(Question::new(
        "many",
        "compiling a crate with so many metrics, dependencies built",
        "CPU s",
        &["none", "100", "1,000"],
        vec![Answer::new("metricset", Role::Ours, seconds)],
    ))
}

/// The median for each contender of the rounds in which they take turns: who takes less time is in more of them, since it is those
/// who are close to each other.
fn in_turns<C>(
    contenders: &[C],
    seconds: impl Fn(&C) -> io::Result<f64>,
) -> io::Result<Vec<Option<f64>>> {
    const ROUNDS: Range<usize> = 3..9;
    const ENOUGH: f64 = 60.0;
    let mut samples = vec![Vec::new(); contenders.len()];
    for round in 0..ROUNDS.end {
        for (contender, samples) in contenders.iter().zip(&mut samples) {
            if round < ROUNDS.start || samples.iter().sum::<f64>() < ENOUGH {
                samples.push(seconds(contender)?);
            }
        }
    }
    Ok(samples.into_iter().map(median).collect())
}

fn program(metrics: usize) -> String {
    const IN_A_SET: usize = 10;
    let mut sets = String::new();
    let mut updates = String::new();
    for set in 0..metrics / IN_A_SET {
        sets += &format!(
            "/// Set {set}.\n#[derive(MetricSet)]\n#[metrics(prefix = \"set_{set}\")]\npub struct Set{set} {{\n"
        );
        for metric in 0..IN_A_SET {
            let (name, field, update) = match metric % 3 {
                0 => (format!("requests_{metric}_total"), "Counter", "inc()"),
                1 => (
                    format!("calls_{metric}_total"),
                    "Family<Request, Counter>",
                    "with(Request { method: Method::Get, secure: true }).inc()",
                ),
                _ => (
                    format!("latency_{metric}_seconds"),
                    "Histogram",
                    "observe(0.5)",
                ),
            };
            let buckets = match field {
                "Histogram" => "#[metric(buckets = [0.1, 1.0])]",
                _ => "",
            };
            sets += &format!("    /// Metric {metric}.\n    {buckets}\n    pub {name}: {field},\n");
            updates += &format!("    SET{set}.{name}.{update};\n");
        }
        sets += &format!("}}\nstatic SET{set}: Set{set} = Set{set}::global();\n");
    }
    format!(
        "#![allow(unused_imports)]\n\
         use metricset::{{Counter, Family, Histogram, LabelEnum, LabelSet, MetricSet, Registry}};\n\
         #[derive(Clone, Copy, LabelEnum)]\npub enum Method {{ Get, Post }}\n\
         #[derive(LabelSet)]\npub struct Request {{ pub method: Method, pub secure: bool }}\n\
         {sets}fn main() {{\n{updates}    let _ = (Registry::linked(), Method::Post);\n}}\n"
    )
}

/// The crates that a package is built from, itself not counted.
fn crates(package: &str) -> io::Result<usize> {
    let output = cargo()
        .args(["tree", "--edges", "normal,build", "--prefix", "none"])
        .args(["--package", package])
        .output()?;
    if !output.status.success() {
        return Err(failed(&output));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    // A line is a name, a version, and remarks of which the same crate may have several.
    let crates: BTreeSet<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().take(2).collect())
        .collect();
    Ok(crates.len() - 1)
}

/// CPU seconds of all processes that one cargo command starts.
fn cargo_seconds(args: &[&str], target: &Path) -> io::Result<f64> {
    let before = children_seconds()?;
    let output = cargo()
        .args(args)
        .env("CARGO_TARGET_DIR", target)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    if !output.status.success() {
        return Err(failed(&output));
    }
    Ok(children_seconds()? - before)
}

/// User and system time of the children waited for, and of theirs.
fn children_seconds() -> io::Result<f64> {
    /// What Linux counts in for programs, whatever it counts in for itself.
    const TICKS: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat")?;
    // Numbers begin behind the name, which may hold anything but is in parentheses; these two are the 16th and 17th field.
    let numbers = stat.rsplit_once(')').map_or("", |(_, numbers)| numbers);
    let ticks: f64 = numbers
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|number| number.parse::<f64>().ok())
        .sum();
    Ok(ticks / TICKS)
}

fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(workspace()).stdin(Stdio::null());
    cargo
}

/// An empty folder beside what cargo builds.
fn scratch(name: &str) -> io::Result<PathBuf> {
    let path = workspace().join("target/bench").join(name);
    match fs::remove_dir_all(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(&path)?,
    }
    Ok(path)
}

fn failed(output: &Output) -> io::Error {
    io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned())
}
