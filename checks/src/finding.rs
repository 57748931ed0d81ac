//! What a check has to say.

use std::ops::Range;

use crate::source::Place;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Style, or worth knowing.
    Note,
    /// It misleads, or works by luck.
    Warning,
    /// It cannot work as written.
    Error,
}

impl Severity {
    /// Its name, as in SARIF.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A rule that declarations, expressions or files are held against.
#[derive(Debug)]
pub struct Check {
    /// Its name, as in `allow(...)` and `--explain`.
    pub name: &'static str,
    /// How much its findings matter.
    pub severity: Severity,
    /// One line.
    pub summary: &'static str,
    /// Why it matters, an example that it finds and one that it accepts. Markdown.
    pub explanation: &'static str,
}

impl PartialEq for Check {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// A change that would settle a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to do, as a sentence.
    pub message: String,
    /// The bytes of the file to replace and by what, where that is all there is to do.
    pub replace: Option<(Range<usize>, String)>,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which check found it.
    pub check: &'static Check,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What to write instead.
    pub fix: Option<Fix>,
}

impl Finding {
    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.check.severity
    }
}
