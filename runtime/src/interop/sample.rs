//! Reads one line of samples.

use crate::collect::Number;

/// Name and value of each label.
pub(super) type Labels = Vec<(String, String)>;

/// One line of samples.
pub(super) struct Sample<'a> {
    pub(super) name: &'a str,
    pub(super) labels: Labels,
    /// Not parsed, since what it may be depends on the family.
    pub(super) value: &'a str,
}

impl<'a> Sample<'a> {
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let (name, rest) = line.split_at(line.find(['{', ' '])?);
        let (labels, rest) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest)?,
            None => (Labels::new(), rest),
        };
        let rest = rest.strip_prefix(' ')?;
        // An exemplar may follow.
        let value = rest.split_once(' ').map_or(rest, |(value, _)| value);
        Some(Self {
            name,
            labels,
            value,
        })
    }

    pub(super) fn number(&self) -> Option<Number> {
        let value = self.value;
        let unsigned = value.parse().map(Number::U64);
        let signed = || value.parse().map(Number::I64);
        let float = || value.parse().map(Number::F64);
        unsigned.or_else(|_| signed()).or_else(|_| float()).ok()
    }
}

/// Labels up to the closing brace, and what follows it.
fn labels(text: &str) -> Option<(Labels, &str)> {
    let mut labels = Labels::new();
    let mut rest = text;
    loop {
        // An empty label set behind another one leaves a comma too many.
        rest = rest.strip_prefix(',').unwrap_or(rest);
        if let Some(rest) = rest.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (name, value) = rest.split_once("=\"")?;
        let end = end_of_value(value)?;
        if !is_label_name(name) || labels.iter().any(|(other, _)| other == name) {
            return None;
        }
        labels.push((name.to_owned(), unescape(&value[..end])));
        rest = &value[end + 1..];
    }
}

/// Where the quote is that is not escaped.
fn end_of_value(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

/// Undoes the escaping of a label value or of help.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.as_str().chars().next()) {
            ('\\', Some('n')) => plain.push('\n'),
            ('\\', Some(escaped @ ('\\' | '"'))) => plain.push(escaped),
            _ => {
                plain.push(c);
                continue;
            }
        }
        chars.next();
    }
    plain
}

/// The names of Prometheus before it took all of UTF-8, which is what both formats can write without quotes.
pub(super) fn is_name(name: &str) -> bool {
    let is_valid = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    name.chars().all(is_valid) && name.starts_with(|c: char| !c.is_ascii_digit())
}

fn is_label_name(name: &str) -> bool {
    is_name(name) && !name.contains(':') && !name.starts_with("__")
}
