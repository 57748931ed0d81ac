//! Expositions as other programs read them: the parsers of the PyPI package prometheus-client, and promtool.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use metricset::encode::Format;
use serde::{Deserialize, Serialize};

/// A running Python that parses one exposition after the other.
pub struct Judge {
    python: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// A metric family as it was parsed.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct ParsedFamily {
    /// Without `_total` and `_info`, in both formats.
    pub name: String,
    /// As in `# TYPE`; `unknown` for `untyped`.
    #[serde(rename = "type")]
    pub metric_type: String,
    /// Empty for none.
    pub unit: String,
    /// Unescaped.
    pub help: String,
    /// In the order of the lines.
    pub samples: Vec<ParsedSample>,
}

impl ParsedFamily {
    /// The values that a label has in its samples.
    #[must_use]
    pub fn label_values(&self, label: &str) -> BTreeSet<&str> {
        let samples = self.samples.iter();
        samples
            .filter_map(|sample| sample.labels.get(label).map(String::as_str))
            .collect()
    }

    /// The same as numbers, sorted: bounds and quantiles.
    ///
    /// # Panics
    /// If one is none.
    #[must_use]
    pub fn label_numbers(&self, label: &str) -> Vec<f64> {
        let values = self.label_values(label).into_iter();
        let mut numbers: Vec<f64> = values
            .map(|value| value.parse().expect("a number"))
            .collect();
        numbers.sort_by(f64::total_cmp);
        numbers
    }
}

/// One line as it was parsed.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct ParsedSample {
    /// With its suffix.
    pub name: String,
    /// Unescaped.
    pub labels: BTreeMap<String, String>,
    /// As Python prints it.
    value: String,
}

impl ParsedSample {
    /// The value.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value.parse().expect("python printed a number")
    }
}

#[derive(Serialize)]
struct Request<'a> {
    format: &'static str,
    exposition: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Families(Vec<ParsedFamily>),
    Error(String),
}

impl Judge {
    /// Starts Python.
    ///
    /// # Panics
    /// If the package is not installed.
    #[must_use]
    pub fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        let root = root.expect("the tests are in a folder of the workspace");
        let judge = || {
            let mut command = Command::new(root.join("target/judge/bin/python"));
            command.arg(root.join("tests/judge/judge.py"));
            command
        };
        let is_installed = judge().arg("--check").status();
        assert!(
            is_installed.is_ok_and(|status| status.success()),
            "the judge of expositions is not installed: run `cargo xtask tools`"
        );
        let mut python = judge()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python started just now");
        Self {
            requests: python.stdin.take().expect("stdin is piped"),
            answers: BufReader::new(python.stdout.take().expect("stdout is piped")),
            python,
        }
    }

    /// Parses an exposition.
    ///
    /// # Errors
    /// What the parser says is wrong with it.
    pub fn try_parse(
        &mut self,
        format: Format,
        exposition: &str,
    ) -> Result<Vec<ParsedFamily>, String> {
        let request = Request {
            format: match format {
                Format::PrometheusText => "text",
                Format::OpenMetrics => "openmetrics",
                _ => return Err(format!("the judge cannot read {format:?}")),
            },
            exposition,
        };
        let mut line = serde_json::to_string(&request).expect("strings become JSON");
        line.push('\n');
        let written = self.requests.write_all(line.as_bytes());
        written.expect("the judge listens");
        line.clear();
        let read = self.answers.read_line(&mut line);
        read.expect("the judge answers");
        match serde_json::from_str(&line).expect("the judge answers in JSON") {
            Answer::Families(families) => Ok(families),
            Answer::Error(error) => Err(error),
        }
    }

    /// Parses an exposition that has to be right.
    ///
    /// # Panics
    /// If it is not, with the exposition.
    pub fn parse(&mut self, format: Format, exposition: &str) -> Vec<ParsedFamily> {
        match self.try_parse(format, exposition) {
            Ok(families) => families,
            Err(error) => panic!("{error}\n--- {format:?}\n{exposition}"),
        }
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.python.kill();
        let _ = self.python.wait();
    }
}

/// What `promtool check metrics` has to say about text 0.0.4; empty if nothing.
///
/// # Panics
/// If promtool is not installed, or cannot parse the exposition.
#[must_use]
pub fn promtool_lints(exposition: &str) -> String {
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is not installed: run `cargo xtask tools`");
    let mut stdin = promtool.stdin.take().expect("stdin is piped");
    let written = stdin.write_all(exposition.as_bytes());
    written.expect("promtool reads stdin");
    drop(stdin);
    let output = promtool.wait_with_output().expect("promtool ends");
    let lints = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        Some(0 | 3) => lints,
        _ => panic!("{lints}\n---\n{exposition}"),
    }
}
