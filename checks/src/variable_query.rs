//! The queries that fill the variables of a dashboard: `label_values(app_requests_total, method)`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

static LABEL_VALUES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^label_values\((?:([\s\S]+),\s*)?([^\s,]+?)\s*\)$").expect("a constant pattern")
});
static QUERY_RESULT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^query_result\(([\s\S]+)\)$").expect("a constant pattern"));

/// What such a query asks of Prometheus, with where it stands in the query.
#[derive(Debug, PartialEq)]
pub(crate) enum VariableQuery {
    /// The values of a label, in the series of a selector.
    LabelValues(Range<usize>, Range<usize>),
    /// The result of an expression.
    Result(Range<usize>),
}

/// Reads the query of a variable; those that name no metric are none of our business.
pub(crate) fn read(text: &str) -> Option<VariableQuery> {
    let start = text.len() - text.trim_start().len();
    let query = text.trim();
    let range = |found: regex::Match<'_>| start + found.start()..start + found.end();
    if let Some(found) = LABEL_VALUES.captures(query) {
        return Some(VariableQuery::LabelValues(
            range(found.get(1)?),
            range(found.get(2)?),
        ));
    }
    let found = QUERY_RESULT.captures(query)?;
    Some(VariableQuery::Result(range(found.get(1)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries() {
        let text = r#" label_values(a{b=~"c,d"}, e)"#;
        let Some(VariableQuery::LabelValues(selector, label)) = read(text) else {
            panic!("{text}");
        };
        assert_eq!((&text[selector], &text[label]), (r#"a{b=~"c,d"}"#, "e"));
        assert_eq!(
            read("query_result(sum(a))"),
            Some(VariableQuery::Result(13..19))
        );
        for other in ["label_values(e)", "label_names()", "metrics(a.*)", ""] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
