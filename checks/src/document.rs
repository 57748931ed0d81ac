//! YAML and JSON files as trees that know where each piece stands.
//!
//! Rules are YAML and dashboards JSON, and both hold PromQL inside strings. A finding has to point into the file, so a string
//! also knows which byte of the file each of its own bytes came from, through quotes, escapes and folded lines.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use saphyr_parser::{Event, Parser, Span};
use serde_json::value::RawValue;

use crate::source::Source;

/// A file that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentError {
    /// The file.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for DocumentError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.path, self.line, self.column, self.message
        )
    }
}

impl std::error::Error for DocumentError {}

/// A piece of a document.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Bytes of the file.
    pub(crate) span: Range<usize>,
    pub(crate) value: Value,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Mapping(Vec<(Node, Node)>),
    Sequence(Vec<Node>),
    Scalar(String),
}

impl Node {
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .find_map(|(name, value)| (name.as_str() == Some(key)).then_some(value))
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&Node, &Node)> {
        let entries = match &self.value {
            Value::Mapping(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn str_at(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// For each byte of a scalar, and for its end, the byte of the file it came from.
    pub(crate) fn origin(&self, source: &Source) -> Vec<usize> {
        align(&source.text, &self.span, self.as_str().unwrap_or_default())
    }
}

pub(crate) fn error(source: &Source, byte: usize, message: impl Into<String>) -> DocumentError {
    let (line, column) = source.line_column(byte);
    DocumentError {
        path: source.path.clone(),
        line,
        column,
        message: message.into(),
    }
}

/// Reads YAML of one document.
pub(crate) fn yaml(source: &Source) -> Result<Node, DocumentError> {
    // The parser counts characters.
    let offsets: Vec<usize> = source
        .text
        .char_indices()
        .map(|(at, _)| at)
        .chain([source.text.len()])
        .collect();
    let mut events = Events {
        parser: Parser::new_from_str(&source.text),
        offsets: &offsets,
        source,
        anchors: HashMap::new(),
        nodes: 0,
    };
    let mut root = None;
    loop {
        let (event, span) = events.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd => {}
            Event::StreamEnd => {
                return root.ok_or_else(|| error(source, 0, "the file is empty"));
            }
            // Prometheus would leave it out without a word.
            _ if root.is_some() => {
                let message = "only the first document of a file is read: write the second into a file of its own";
                return Err(error(source, span.start, message));
            }
            event => root = Some(events.node(event, span)?),
        }
    }
}

/// More than any file has, unless aliases of aliases multiply.
const MOST_NODES: usize = 1_000_000;

struct Events<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    offsets: &'a [usize],
    source: &'a Source,
    /// What aliases stand for.
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl<'a> Events<'a> {
    fn byte(&self, char_index: usize) -> usize {
        self.offsets
            .get(char_index)
            .copied()
            .unwrap_or(self.source.text.len())
    }

    fn next(&mut self) -> Result<(Event<'a>, Range<usize>), DocumentError> {
        match self.parser.next_event() {
            Some(Ok((event, Span { start, end }))) => {
                Ok((event, self.byte(start.index())..self.byte(end.index())))
            }
            Some(Err(scan)) => Err(error(
                self.source,
                self.byte(scan.marker().index()),
                format!("not YAML: {}", scan.info()),
            )),
            None => Err(error(
                self.source,
                self.source.text.len(),
                "not YAML: it ends too early",
            )),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Range<usize>) -> Result<Node, DocumentError> {
        let anchor = match &event {
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _) => *anchor,
            _ => 0,
        };
        let start = span.start;
        let node = self.value(event, span)?;
        self.nodes += 1;
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        if self.nodes > MOST_NODES {
            return Err(error(
                self.source,
                start,
                "the aliases of this file make it too large",
            ));
        }
        Ok(node)
    }

    fn value(&mut self, event: Event<'a>, span: Range<usize>) -> Result<Node, DocumentError> {
        match event {
            Event::Scalar(text, ..) => Ok(Node {
                span,
                value: Value::Scalar(text.into_owned()),
            }),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, end) => {
                            return Ok(Node {
                                span: span.start..end.end,
                                value: Value::Sequence(items),
                            });
                        }
                        (event, span) => items.push(self.node(event, span)?),
                    }
                }
            }
            Event::MappingStart(..) => {
                let mut entries = Vec::new();
                loop {
                    let (event, key_span) = self.next()?;
                    if event == Event::MappingEnd {
                        return Ok(Node {
                            span: span.start..key_span.end,
                            value: Value::Mapping(merged(entries)),
                        });
                    }
                    let key = self.node(event, key_span)?;
                    let (event, span) = self.next()?;
                    entries.push((key, self.node(event, span)?));
                }
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(node) => {
                    self.nodes += size(node);
                    Ok(node.clone())
                }
                None => Err(error(
                    self.source,
                    span.start,
                    "not YAML: an alias inside what it stands for",
                )),
            },
            _ => Err(error(
                self.source,
                span.start,
                "not YAML that holds a value",
            )),
        }
    }
}

/// `<<: *other` takes in what the mapping does not say itself.
fn merged(entries: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
    let (merges, mut own): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .partition(|(key, _)| key.as_str() == Some("<<"));
    for (_, merge) in merges {
        let several = match merge.value {
            Value::Sequence(items) => items,
            _ => vec![merge],
        };
        for other in several {
            let Value::Mapping(entries) = other.value else {
                continue;
            };
            for (key, value) in entries {
                if !own.iter().any(|(known, _)| known.as_str() == key.as_str()) {
                    own.push((key, value));
                }
            }
        }
    }
    own
}

fn size(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 1,
        Value::Sequence(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Mapping(entries) => {
            let sizes = entries.iter().map(|(key, value)| size(key) + size(value));
            1 + sizes.sum::<usize>()
        }
    }
}

/// Reads JSON.
pub(crate) fn json(source: &Source) -> Result<Node, DocumentError> {
    let raw: &RawValue = serde_json::from_str(&source.text).map_err(|json| DocumentError {
        path: source.path.clone(),
        line: json.line() as u32,
        column: json.column() as u32,
        message: format!("not JSON: {json}"),
    })?;
    json_node(raw, source).map_err(|json| error(source, 0, format!("not JSON: {json}")))
}

fn json_node(raw: &RawValue, source: &Source) -> Result<Node, serde_json::Error> {
    let text = raw.get();
    // `RawValue` borrows from the file, so its address says where it stands.
    let start = text.as_ptr().addr() - source.text.as_ptr().addr();
    let span = start..start + text.len();
    let value = match text.as_bytes().first() {
        Some(b'{') => {
            let entries: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
            let mut nodes = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                let value = json_node(value, source)?;
                let key = Node {
                    span: value.span.start..value.span.start,
                    value: Value::Scalar(key),
                };
                nodes.push((key, value));
            }
            nodes.sort_by_key(|(_, value)| value.span.start);
            Value::Mapping(nodes)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            let nodes: Result<_, _> = items
                .into_iter()
                .map(|item| json_node(item, source))
                .collect();
            Value::Sequence(nodes?)
        }
        Some(b'"') => Value::Scalar(serde_json::from_str(text)?),
        _ => Value::Scalar(text.to_owned()),
    };
    Ok(Node { span, value })
}

/// Walks a decoded string along the text it was decoded from.
///
/// One walk serves all notations, since each of them only drops things (indentation, quotes, comments it cannot hold) or
/// writes a character as an escape: what does not match is skipped, blanks match blanks.
fn align(text: &str, span: &Range<usize>, decoded: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut at = span.start;
    let quote = bytes
        .get(at)
        .copied()
        .filter(|byte| matches!(byte, b'"' | b'\''));
    if quote.is_some() {
        at += 1;
    } else if matches!(bytes.get(at), Some(b'|' | b'>')) {
        at = text[at..].find('\n').map_or(span.end, |end| at + end + 1);
    }
    let mut origin = Vec::with_capacity(decoded.len() + 1);
    for c in decoded.chars() {
        if !c.is_whitespace() {
            while at < span.end && bytes[at].is_ascii_whitespace() {
                at += 1;
            }
        }
        let start = at.min(span.end);
        origin.extend(std::iter::repeat_n(start, c.len_utf8()));
        at = start + step(&text[start..span.end], quote, c);
    }
    origin.push(at.min(span.end));
    origin
}

/// Bytes that one decoded character takes in the file.
fn step(rest: &str, quote: Option<u8>, c: char) -> usize {
    if quote == Some(b'"') && rest.starts_with('\\') {
        return match rest.as_bytes().get(1) {
            Some(b'u') if c > '\u{ffff}' => 12,
            Some(b'u') => 6,
            Some(b'U') => 10,
            Some(b'x') => 4,
            _ => 2,
        }
        .min(rest.len());
    }
    if quote == Some(b'\'') && rest.starts_with("''") {
        return 2;
    }
    match rest.chars().next() {
        Some(found) if found == c || (found.is_whitespace() && c.is_whitespace()) => {
            found.len_utf8()
        }
        // A blank that the notation added or dropped.
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointed(source: &Source, node: &Node, piece: &str) -> (u32, u32) {
        let at = node.as_str().unwrap().find(piece).unwrap();
        source.line_column(node.origin(source)[at])
    }

    #[test]
    fn yaml_places() {
        let source = Source::new(
            "r.yml",
            "a: one two\nb: |\n  first\n    second\nc: >-\n  folded\n  line\nd: \"x\\\"y z\"\ne: 'it''s é here'\n",
        );
        let node = yaml(&source).unwrap();
        let place = |key: &str, piece: &str| pointed(&source, node.get(key).unwrap(), piece);
        assert_eq!(place("a", "two"), (1, 8));
        assert_eq!(place("b", "second"), (4, 5));
        assert_eq!(place("c", "line"), (7, 3));
        assert_eq!(place("d", "z"), (8, 10));
        assert_eq!(place("e", "here"), (9, 13));
    }

    #[test]
    fn json_places() {
        let source = Source::new(
            "d.json",
            "{\"a\": [1, {\"expr\": \"x{l=\\\"v\\\"} + \\u00e9 y\"}]}",
        );
        let node = json(&source).unwrap();
        let expr = node.get("a").unwrap().items()[1].get("expr").unwrap();
        assert_eq!(expr.as_str(), Some("x{l=\"v\"} + é y"));
        assert_eq!(pointed(&source, expr, "y"), (1, 41));
    }

    #[test]
    fn bad_input_names_the_place() {
        let source = Source::new("r.yml", "a: [1,\nb: }");
        assert_eq!(yaml(&source).unwrap_err().line, 2);
        assert!(yaml(&Source::new("r.yml", "")).is_err());
        assert!(json(&Source::new("d.json", "{\"a\": }")).is_err());
    }
}
