//! Reading an exposition: text 0.0.4 and OpenMetrics 1.0.0, as much as a comparison needs.

use std::collections::BTreeMap;

/// One scrape.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    pub(super) families: BTreeMap<String, Served>,
    /// Lines that are not what they should be.
    pub(super) broken: Vec<(u32, String)>,
}

/// What is served under one name.
#[derive(Debug, Default)]
pub(super) struct Served {
    pub(super) line: u32,
    pub(super) metric_type: Option<String>,
    pub(super) has_help: bool,
    pub(super) samples: Vec<Sample>,
}

#[derive(Debug)]
pub(super) struct Sample {
    pub(super) line: u32,
    pub(super) name: String,
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: f64,
}

impl Sample {
    pub(super) fn label(&self, name: &str) -> Option<&str> {
        let found = self.labels.iter().find(|(label, _)| label == name);
        found.map(|(_, value)| value.as_str())
    }
}

const SUFFIXES: &[&str] = &["_total", "_bucket", "_sum", "_count", "_created", "_info"];

pub(super) fn parse(text: &str) -> Exposition {
    let mut out = Exposition::default();
    for (number, line) in text.lines().enumerate() {
        let number = number as u32 + 1;
        let line = line.trim_end_matches('\r');
        if line.is_empty() || line == "# EOF" {
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            out.metadata(number, comment.trim_start());
            continue;
        }
        match sample(number, line) {
            Ok(sample) => out.add(sample),
            Err(message) => out.broken.push((number, message)),
        }
    }
    out
}

impl Exposition {
    fn metadata(&mut self, line: u32, comment: &str) {
        let mut words = comment.splitn(3, ' ');
        let (Some(kind), Some(name)) = (words.next(), words.next()) else {
            return;
        };
        let rest = words.next().unwrap_or_default();
        if !matches!(kind, "HELP" | "TYPE" | "UNIT") {
            return;
        }
        let family = self.families.entry(name.to_owned()).or_default();
        if family.line == 0 {
            family.line = line;
        }
        match kind {
            "HELP" => family.has_help = true,
            "TYPE" if family.metric_type.is_some() => {
                self.broken
                    .push((line, format!("`# TYPE {name}` stands twice")));
            }
            "TYPE" => family.metric_type = Some(rest.trim().to_owned()),
            _ => {}
        }
    }

    fn add(&mut self, sample: Sample) {
        let name = self.family_of(&sample.name);
        let family = self.families.entry(name).or_default();
        if family.line == 0 {
            family.line = sample.line;
        }
        family.samples.push(sample);
    }

    /// The family that declared this sample, else the sample's own name.
    fn family_of(&self, name: &str) -> String {
        if self.families.contains_key(name) {
            return name.to_owned();
        }
        SUFFIXES
            .iter()
            .filter_map(|suffix| name.strip_suffix(suffix))
            .find(|stem| self.families.contains_key(*stem))
            .unwrap_or(name)
            .to_owned()
    }
}

fn sample(line: u32, text: &str) -> Result<Sample, String> {
    let name_end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'))
        .unwrap_or(text.len());
    let (name, mut rest) = text.split_at(name_end);
    if name.is_empty() {
        return Err("a line starts with neither `#` nor a name".to_owned());
    }
    let mut labels = Vec::new();
    if let Some(inside) = rest.strip_prefix('{') {
        (labels, rest) = label_set(inside)?;
    }
    // An exemplar stands behind `#`.
    let value = rest.split('#').next().unwrap_or_default();
    let mut words = value.split_whitespace();
    let value = words
        .next()
        .ok_or_else(|| format!("`{name}` has no value"))?;
    let value = number(value).ok_or_else(|| format!("`{value}` is not a number"))?;
    Ok(Sample {
        line,
        name: name.to_owned(),
        labels,
        value,
    })
}

type LabelSet = Vec<(String, String)>;

fn label_set(mut rest: &str) -> Result<(LabelSet, &str), String> {
    let mut labels = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', ',']);
        if let Some(end) = rest.strip_prefix('}') {
            return Ok((labels, end));
        }
        let (name, after) = rest.split_once('=').ok_or("a label set does not end")?;
        let quoted = after
            .trim_start()
            .strip_prefix('"')
            .ok_or("a label value is not quoted")?;
        let (value, end) = unquote(quoted).ok_or("a label value does not end")?;
        labels.push((name.trim().to_owned(), value));
        rest = end;
    }
}

/// The value up to its closing quote, and what follows.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            c => value.push(c),
        }
    }
    None
}

fn number(text: &str) -> Option<f64> {
    match text {
        "+Inf" => Some(f64::INFINITY),
        "-Inf" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_exemplars() {
        let text =
            "# TYPE a counter\na_total{l=\"x\\\"\\\\\\n,}\",m=\"\"} 3 17 # {t=\"1\"} 2\nb 1e3\n";
        let out = parse(text);
        let sample = &out.families["a"].samples[0];
        assert_eq!(sample.label("l"), Some("x\"\\\n,}"));
        assert_eq!(sample.value, 3.0);
        assert_eq!(out.families["b"].samples[0].value, 1000.0);
        assert!(out.broken.is_empty());
    }

    #[test]
    fn broken_lines_are_named() {
        let out = parse("a\n{x} 1\nb{c=\"1} 2\nd{e=1} 2\nf x\n");
        let lines: Vec<u32> = out.broken.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5]);
    }
}
