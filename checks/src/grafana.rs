//! Grafana's variables: what they stand for while an expression is checked, and back.

use std::collections::BTreeMap;
use std::time::Duration;

/// Stands for a value that is only known when somebody looks at the dashboard.
pub(crate) const ANYTHING: &str = "metricset_any_value";

/// Values of variables by name.
pub(crate) struct Variables {
    values: BTreeMap<String, Option<String>>,
    scrape_interval: Duration,
}

/// An expression without variables.
pub(crate) struct Substituted {
    pub(crate) text: String,
    pub(crate) origin: Vec<usize>,
    /// Variables that nothing defines, with where they stand in the original text.
    pub(crate) undefined: Vec<(String, usize)>,
}

impl Variables {
    pub(crate) fn new(scrape_interval: Duration) -> Self {
        Self {
            values: BTreeMap::new(),
            scrape_interval,
        }
    }

    /// Defines a variable, with its value if that is fixed.
    pub(crate) fn define(&mut self, name: &str, value: Option<String>) {
        self.values.insert(name.to_owned(), value);
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Replaces every variable. `origin` says where each byte of `text` came from.
    pub(crate) fn substitute(&self, text: &str, origin: &[usize]) -> Substituted {
        let mut out = Substituted {
            text: String::with_capacity(text.len()),
            origin: Vec::with_capacity(origin.len()),
            undefined: Vec::new(),
        };
        let mut quote = None;
        let mut in_window = false;
        let mut at = 0;
        while at < text.len() {
            if let Some((name, len)) = variable(&text[at..]) {
                let value = match self.value(name) {
                    Some(Some(value)) => value,
                    known => {
                        if known.is_none() {
                            out.undefined.push((name.to_owned(), at));
                        }
                        if in_window && quote.is_none() {
                            "5m".to_owned()
                        } else {
                            ANYTHING.to_owned()
                        }
                    }
                };
                out.origin
                    .extend(std::iter::repeat_n(origin[at], value.len()));
                out.text.push_str(&value);
                at += len;
                continue;
            }
            let Some(c) = text[at..].chars().next() else {
                break;
            };
            match (quote, c) {
                (None, '"' | '\'' | '`') => quote = Some(c),
                (Some(open), _) if open == c => quote = None,
                (None, '[') => in_window = true,
                (None, ']') => in_window = false,
                _ => {}
            }
            out.origin.extend(&origin[at..at + c.len_utf8()]);
            out.text.push(c);
            at += c.len_utf8();
        }
        out.origin.extend(origin.last());
        out
    }

    /// The value of a variable, `Some(None)` if it has one that is not known here.
    fn value(&self, name: &str) -> Option<Option<String>> {
        let millis = |duration: Duration| format!("{}", duration.as_millis());
        let rate = self.scrape_interval * 4;
        let value = match name {
            "__rate_interval" => format!("{}s", rate.as_secs().max(1)),
            "__rate_interval_ms" => millis(rate),
            "__interval" => format!("{}s", rate.as_secs().max(1)),
            "__interval_ms" => millis(rate),
            "__range" => "1h".to_owned(),
            "__range_s" => "3600".to_owned(),
            "__range_ms" => "3600000".to_owned(),
            _ if name.starts_with("__") => return Some(None),
            _ => return self.values.get(name).cloned(),
        };
        Some(Some(value))
    }
}

/// The variable that a text starts with, and how many bytes it takes: `$name`, `${name:format}` or `[[name]]`.
pub(crate) fn variable(text: &str) -> Option<(&str, usize)> {
    let named = |rest: &str| {
        rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len())
    };
    let (inner, close, open_len) = if let Some(rest) = text.strip_prefix("${") {
        (rest, "}", 2)
    } else if let Some(rest) = text.strip_prefix("[[") {
        (rest, "]]", 2)
    } else {
        let rest = text.strip_prefix('$')?;
        let len = named(rest);
        // `$1` refers to a group of a regular expression.
        let starts = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        return starts.then(|| (&rest[..len], len + 1));
    };
    let end = inner.find(close)?;
    let len = named(&inner[..end]);
    (len > 0).then(|| (&inner[..len], open_len + end + close.len()))
}

/// The variables in a text.
pub(crate) fn used(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices()
        .filter(|(_, c)| matches!(c, '$' | '['))
        .filter_map(|(at, _)| variable(&text[at..]).map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitutes_and_maps_back() {
        let mut variables = Variables::new(Duration::from_secs(15));
        variables.define("prefix", Some("app".into()));
        variables.define("instance", None);
        let text = r#"rate(${prefix}_x_total{instance=~"$instance"}[$__rate_interval]) / $other"#;
        let origin: Vec<usize> = (0..=text.len()).collect();
        let out = variables.substitute(text, &origin);
        assert_eq!(
            out.text,
            format!(r#"rate(app_x_total{{instance=~"{ANYTHING}"}}[60s]) / {ANYTHING}"#)
        );
        assert_eq!(out.undefined, [("other".to_owned(), text.len() - 6)]);
        let at = out.text.find("_x_total").unwrap();
        assert_eq!(out.origin[at], text.find("_x_total").unwrap());
        assert_eq!(out.origin.len(), out.text.len() + 1);
    }
}
