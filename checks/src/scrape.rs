//! The checks on what an endpoint serves. They run where the scrape is made; their names and explanations stand here with all
//! others.

use crate::finding::{Check, Severity};

macro_rules! checks {
    ($($(#[$doc:meta])* $id:ident = $name:literal, $severity:ident, $summary:literal, $explanation:literal;)*) => {
        $(
            $(#[$doc])*
            pub static $id: Check = Check {
                name: $name,
                severity: Severity::$severity,
                summary: $summary,
                explanation: $explanation,
            };
        )*
        pub(crate) static ALL: &[&Check] = &[$(&$id),*];
    };
}

checks! {
    /// A line that is not part of either format.
    EXPOSITION_SYNTAX = "exposition_syntax", Error, "a line of the exposition is not in the format",
        "Prometheus drops the whole scrape for one bad line.\n\nFound: `requests_total{method=GET} 1`\nAccepted: \
`requests_total{method=\"GET\"} 1`\n";
    /// A series stands twice.
    SERIES_TWICE = "series_twice", Error, "one series stands twice in the exposition",
        "Prometheus keeps one of them and warns. The order of labels makes no difference.\n\nFound: `a{x=\"1\",y=\"2\"} 1` beside \
`a{y=\"2\",x=\"1\"} 2`\nAccepted: one of them\n";
    /// A histogram that contradicts itself.
    HISTOGRAM_INCONSISTENT = "histogram_inconsistent", Error, "a histogram contradicts itself",
        "Buckets are cumulative and end in `+Inf`, which equals `_count`.\n\nFound: no `+Inf` bucket\nAccepted: \
`le=\"+Inf\"` with the value of `_count`\n";
    /// A bound that other libraries spell otherwise.
    LE_NOT_CANONICAL = "le_not_canonical", Note, "a bucket bound is not spelled canonically",
        "A selector on `le=\"1.0\"` does not match `le=\"1\"`.\n\nFound: `le=\"1\"`\nAccepted: `le=\"1.0\"`\n";
    /// A family without type or help.
    METADATA_MISSING = "metadata_missing", Warning, "a family is served without its type or its help",
        "Without `# TYPE` nobody knows whether to take a rate.\n\nFound: a sample alone\nAccepted: a sample behind `# HELP` and \
`# TYPE`\n";
    /// Served and not declared.
    UNDECLARED_FAMILY = "undeclared_family", Warning, "a family is served and not declared",
        "Another library in the process serves it, or the catalogue is of another build. Foreign names are accepted with \
`--external`.\n\nFound: `process_cpu_seconds_total`, in no metric set\nAccepted: the same with `--external 'process_*'`\n";
    /// Declared and not served.
    ABSENT_FAMILY = "absent_family", Error, "a family is declared and not served",
        "A closed family is served from the start. If it is missing, its set is not in the registry that is served.\n\nFound: a set \
with `register = false` that nobody registered\nAccepted: a set that is registered\n";
    /// Served under another type.
    SERVED_TYPE = "served_type", Error, "a family is served under another type than declared",
        "The endpoint and the catalogue are of two builds, or two families share a name.\n\nFound: a counter served as \
`gauge`\nAccepted: a counter served as `counter`\n";
    /// A label or value beyond the declaration.
    UNDECLARED_LABEL = "undeclared_label", Error, "a series has a label or a value that is not declared",
        "The endpoint and the catalogue are of two builds.\n\nFound: `transport=\"tcp\"` where the values are `quic` and \
`h2`\nAccepted: `transport=\"h2\"`\n";
    /// Declared, served, and always zero.
    NEVER_TOUCHED = "never_touched", Note, "a family is served and nothing has updated it",
        "After a test run that exercises the program this is a metric that no code updates.\n\nFound: a counter at zero after a load \
test\nAccepted: a counter that moved\n";
}
