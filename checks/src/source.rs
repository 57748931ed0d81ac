//! Files under check, and places in them.

use std::ops::Range;

/// A file and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// As the user named it.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// A file and its text.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    /// Line and column, in characters and from 1, of a byte.
    ///
    /// ```
    /// use metricset_checks::Source;
    /// assert_eq!(Source::new("a", "é\nxy").line_column(4), (2, 2));
    /// ```
    #[must_use]
    pub fn line_column(&self, byte: usize) -> (u32, u32) {
        let before = self.text.get(..byte).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        (line as u32, column as u32)
    }
}

/// Where a finding is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// The bytes of the file, where its text is at hand.
    pub span: Option<Range<usize>>,
    /// What stands there.
    pub piece: String,
    /// The thing that holds it: ``alert `NoPeers` ``.
    pub item: String,
}
