//! Which labels a template of Prometheus uses: `{{ $labels.instance }}`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

static USE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?:\$labels|\.Labels)(?:\.([A-Za-z_][A-Za-z0-9_]*))?|index\s+(?:\$labels|\.Labels)\s+"([^"]*)""#)
        .expect("a constant pattern")
});

static QUERY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bquery\b").expect("a constant pattern"));

/// What a template refers to.
#[derive(Debug, PartialEq)]
pub(crate) enum LabelUse {
    /// One label, and where its name stands.
    One(String, Range<usize>),
    /// The whole set.
    All,
}

pub(crate) fn labels(text: &str) -> Vec<LabelUse> {
    // Inside a block on the result of a query, `.Labels` are those of its samples.
    let queries = actions(text).any(|action| QUERY.is_match(&text[action]));
    actions(text)
        .flat_map(|action| {
            let found = USE.captures_iter(&text[action.clone()]);
            let own = found.filter(move |found| !(queries && found[0].contains(".Labels")));
            own.map(move |found| match found.get(2).or(found.get(1)) {
                Some(name) => LabelUse::One(
                    name.as_str().to_owned(),
                    action.start + name.start()..action.start + name.end(),
                ),
                None => LabelUse::All,
            })
        })
        .collect()
}

/// The insides of `{{ … }}`.
fn actions(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find("{{")? + 2;
        let end = start + text[start..].find("}}")?;
        at = end + 2;
        Some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses() {
        assert_eq!(
            labels(r#"on {{ $labels.instance }} {{index $labels "a b"}} $labels.not"#),
            [
                LabelUse::One("instance".into(), 14..22),
                LabelUse::One("a b".into(), 43..46)
            ]
        );
        let query = r#"{{ range query "up" }}{{ .Labels.job }}{{ end }}{{ $labels.a }}"#;
        assert!(matches!(labels(query).as_slice(), [LabelUse::One(name, _)] if name == "a"));
        assert_eq!(labels("{{ range $k, $v := $labels }}"), [LabelUse::All]);
    }
}
