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
    /// For each byte of `text`, and its end, the byte of the text with variables.
    pub(crate) from: Vec<usize>,
    /// Variables that nothing defines, with where they stand in the text with variables.
    pub(crate) undefined: Vec<(String, usize)>,
}

/// What a variable stands for that stands alone and has no value here: `$metric` is a name, `topk($n, …)` needs a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    Names,
    /// Numbers beside a comma, names elsewhere.
    NumbersAmongArguments,
    Numbers,
}

impl Guess {
    pub(crate) const ALL: [Self; 3] = [Self::Names, Self::NumbersAmongArguments, Self::Numbers];
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

    /// Replaces every variable.
    pub(crate) fn substitute(&self, text: &str, guess: Guess) -> Substituted {
        let mut out = Substituted {
            text: String::with_capacity(text.len()),
            from: Vec::with_capacity(text.len() + 1),
            undefined: Vec::new(),
        };
        let mut place = Place::default();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let Some((name, len)) = variable(&text[at..]) else {
                place.pass(c, &out.text);
                out.from.extend(at..at + c.len_utf8());
                out.text.push(c);
                at += c.len_utf8();
                continue;
            };
            let known = self.value(name);
            if known.is_none() {
                out.undefined.push((name.to_owned(), at));
            }
            let value = known.flatten().unwrap_or_else(|| {
                let stand_in = place.stand_in(&out.text, &text[at + len..], guess);
                stand_in.to_owned()
            });
            out.from.extend(std::iter::repeat_n(at, value.len()));
            out.text.push_str(&value);
            at += len;
        }
        out.from.push(text.len());
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

/// What surrounds a place in an expression.
#[derive(Default)]
struct Place {
    quote: Option<char>,
    in_window: bool,
    in_braces: bool,
    in_clause: bool,
}

impl Place {
    /// Goes over a character, `before` being all that was before it.
    fn pass(&mut self, c: char, before: &str) {
        match (self.quote, c) {
            (None, '"' | '\'' | '`') => self.quote = Some(c),
            (Some(open), _) if open == c => self.quote = None,
            (None, '[') => self.in_window = true,
            (None, ']') => self.in_window = false,
            (None, '{') => self.in_braces = true,
            (None, '}') => self.in_braces = false,
            (None, '(') => self.in_clause = CLAUSES.contains(&last_word(before)),
            (None, ')') => self.in_clause = false,
            _ => {}
        }
    }

    /// What is put here for a variable without a value.
    fn stand_in(&self, before: &str, after: &str, guess: Guess) -> &'static str {
        let unsigned = before.trim_end_matches(['-', '+']).trim_end();
        let alone = !self.in_braces && !self.in_clause && stands_alone(before, after);
        if self.quote.is_some() {
            ANYTHING
        } else if self.in_window || last_word(unsigned) == "offset" {
            "5m"
        } else if unsigned.ends_with('@') {
            "0"
        } else if alone && guess.number(unsigned, after) {
            // A number that compares with nothing.
            "NaN"
        } else {
            ANYTHING
        }
    }
}

impl Guess {
    fn number(self, before: &str, after: &str) -> bool {
        match self {
            Self::Names => false,
            Self::NumbersAmongArguments => {
                before.ends_with(',') || after.trim_start().starts_with(',')
            }
            Self::Numbers => true,
        }
    }
}

/// What a list of labels follows.
const CLAUSES: &[&str] = &[
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
];

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | ':')
}

fn last_word(text: &str) -> &str {
    let text = text.trim_end();
    let start = text.trim_end_matches(is_of_name).len();
    &text[start..]
}

/// Whether what stands between these is not a part of a name, nor the name of a selector.
fn stands_alone(before: &str, after: &str) -> bool {
    !before.ends_with(is_of_name)
        && !after.starts_with(|c| is_of_name(c) || matches!(c, '{' | '[' | '$'))
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
    let starts = !inner.starts_with(|c: char| c.is_ascii_digit());
    (len > 0 && starts).then(|| (&inner[..len], open_len + end + close.len()))
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
        let out = variables.substitute(text, Guess::Names);
        assert_eq!(
            out.text,
            format!(r#"rate(app_x_total{{instance=~"{ANYTHING}"}}[60s]) / {ANYTHING}"#)
        );
        assert_eq!(out.undefined, [("other".to_owned(), text.len() - 6)]);
        let at = out.text.find("_x_total").unwrap();
        assert_eq!(out.from[at], text.find("_x_total").unwrap());
        assert_eq!(out.from.len(), out.text.len() + 1);
    }

    #[test]
    fn stands_for_what_fits() {
        let mut variables = Variables::new(Duration::from_secs(15));
        variables.define("v", None);
        let by = |text: &str, guess| {
            let out = variables.substitute(text, guess).text;
            out.replace(ANYTHING, "?")
        };
        let names = |text: &str| by(text, Guess::Names);
        assert_eq!(names("a offset -$v > $v"), "a offset -5m > ?");
        assert_eq!(names("a @ $v"), "a @ 0");
        assert_eq!(names("rate(${v}_total[[[v]]])"), "rate(?_total[5m])");
        assert_eq!(
            names(r#"label_replace(a, "b", "${1}$2")"#),
            r#"label_replace(a, "b", "${1}$2")"#
        );
        let text = r#"topk by ($v) ($v, $v{a="$v"} > $v)"#;
        let among = by(text, Guess::NumbersAmongArguments);
        assert_eq!(among, r#"topk by (?) (NaN, ?{a="?"} > ?)"#);
        let all = by(text, Guess::Numbers);
        assert_eq!(all, r#"topk by (?) (NaN, ?{a="?"} > NaN)"#);
    }
}
