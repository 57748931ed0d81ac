//! An expression in its file, with what surrounds it, and the findings on it.

use std::ops::Range;

use crate::finding::{Check, Finding, Fix};
use crate::index::Index;
use crate::promql::tree::Node;
use crate::source::{Place, Source};

/// An expression under check.
pub(crate) struct Query<'a> {
    pub(crate) index: &'a Index,
    pub(crate) source: &'a Source,
    pub(crate) written: Written,
    /// What holds it: ``alert `NoPeers` ``.
    pub(crate) item: String,
    pub(crate) root: Node,
    pub(crate) role: Role,
}

/// An expression as it is written, with its place in the file, and as it is checked.
pub(crate) struct Written {
    pub(crate) text: String,
    /// For each byte of `text`, and its end, the byte of the file.
    pub(crate) origin: Vec<usize>,
    /// For each byte of what is checked, and its end, the byte of `text`: variables were replaced.
    pub(crate) from: Vec<usize>,
}

/// What an expression is for.
pub(crate) enum Role {
    Alert {
        name: String,
        /// Labels that templates have besides those of the result.
        template_labels: Vec<String>,
        /// Labels that the rule adds to the alert.
        rule_labels: Vec<String>,
        /// Everything that a person reads, with places: values of labels and annotations.
        texts: Vec<Text>,
    },
    Record {
        name: String,
        name_span: Range<usize>,
    },
    Panel {
        title: String,
        title_span: Option<Range<usize>>,
        /// How the legend names a series, or nothing.
        legend: String,
    },
}

/// A string of the file.
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) origin: Vec<usize>,
}

impl Query<'_> {
    /// The bytes of the file that a piece of the expression came from.
    pub(crate) fn in_file(&self, span: &Range<usize>) -> Range<usize> {
        in_file(&self.written.origin, &self.written.span(span))
    }

    /// A node as the file has it, with the escapes of its quotes: to be written into the same place again.
    pub(crate) fn raw(&self, node: &Node) -> &str {
        let span = self.in_file(&node.span);
        self.source.text.get(span).unwrap_or_default()
    }

    /// A node as it is written.
    pub(crate) fn piece(&self, node: &Node) -> &str {
        self.written.piece(&node.span)
    }
}

impl Written {
    /// An expression without variables.
    pub(crate) fn plain(text: String, origin: Vec<usize>) -> Self {
        Self {
            from: (0..=text.len()).collect(),
            text,
            origin,
        }
    }

    /// A piece of what is checked, as it is written.
    pub(crate) fn piece(&self, span: &Range<usize>) -> &str {
        self.text.get(self.span(span)).unwrap_or_default()
    }

    fn span(&self, span: &Range<usize>) -> Range<usize> {
        let end = self.text.len();
        let start = self.from.get(span.start).copied().unwrap_or(end);
        let Some(last) = span
            .end
            .checked_sub(1)
            .filter(|last| *last >= span.start)
            .and_then(|last| self.from.get(last))
        else {
            return start..start;
        };
        // A piece that ends inside a variable's value ends behind the variable.
        let mut rest = self.from[span.end.min(self.from.len())..].iter();
        start..rest.find(|byte| *byte > last).copied().unwrap_or(end)
    }
}

pub(crate) fn in_file(origin: &[usize], span: &Range<usize>) -> Range<usize> {
    let end = origin.last().copied().unwrap_or(0);
    let start = origin.get(span.start).copied().unwrap_or(end);
    // The byte after the last one may be on the next line: go there from the last one itself.
    let last = span.end.checked_sub(1).filter(|last| *last >= span.start);
    let stop = last.and_then(|last| {
        let last = *origin.get(last)?;
        let next = *origin.get(span.end)?;
        Some(if next > last + 4 {
            last + 1
        } else {
            next.max(last)
        })
    });
    start..stop.unwrap_or(start).max(start)
}

/// Collects findings.
pub(crate) struct Report<'a> {
    pub(crate) findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    /// A finding on a piece of the expression.
    pub(crate) fn on(
        &mut self,
        check: &'static Check,
        query: &Query<'_>,
        span: &Range<usize>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let file_span = query.in_file(span);
        let piece = query.written.piece(span);
        self.at(check, query.source, &query.item, file_span, piece, message)
    }

    /// A finding on bytes of the file.
    pub(crate) fn at(
        &mut self,
        check: &'static Check,
        source: &Source,
        item: &str,
        span: Range<usize>,
        piece: &str,
        message: impl Into<String>,
    ) -> &mut Finding {
        let (line, column) = source.line_column(span.start);
        self.findings.push(Finding {
            check,
            message: message.into(),
            place: Place {
                path: source.path.clone(),
                line,
                column,
                span: Some(span),
                piece: piece.split_whitespace().collect::<Vec<_>>().join(" "),
                item: item.to_owned(),
            },
            fix: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}

impl Finding {
    /// Adds advice.
    pub(crate) fn advise(&mut self, message: impl Into<String>) {
        self.fix = Some(Fix {
            message: message.into(),
            replace: None,
        });
    }

    /// Adds advice that is a replacement of exactly what the finding points at.
    pub(crate) fn replace(&mut self, message: impl Into<String>, by: impl Into<String>) {
        let span = self.place.span.clone();
        self.fix = Some(Fix {
            message: message.into(),
            replace: span.map(|span| (span, by.into())),
        });
    }
}
