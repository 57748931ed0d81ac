//! From text to tree: the parser says what an expression is, its lexer says where each piece stands.
//!
//! The parser's own tree has no places. Both go through the expression from the left, so walking the tree with a cursor over the
//! tokens finds them again.

use std::ops::Range;

use lrpar::{Lexeme, Lexer};
use promql_parser::label::{MatchOp, Matchers};
use promql_parser::parser::{Expr, LabelModifier, VectorMatchCardinality, VectorSelector, lexer};

use super::infer;
use super::tree::{Grouping, Kind, Matcher, Matching, Node, Selector};
use crate::index::Index;

/// Parses an expression and evaluates it as far as the catalogue goes.
pub(crate) fn parse(text: &str, index: &Index) -> Result<Node, String> {
    if text.trim().is_empty() {
        return Err("the expression is empty".to_owned());
    }
    let tokens: Vec<_> = lexer(text)?
        .iter()
        .filter_map(Result::ok)
        .map(|lexeme| lexeme.span().start()..lexeme.span().end())
        .filter(|span| !span.is_empty())
        .collect();
    if height(text, &tokens) > HIGHEST {
        return Err(format!(
            "more than {HIGHEST} operators or parentheses stand inside each other"
        ));
    }
    // Prometheus 3 renamed the function, and the parser knows no other. Its name has no place in what is parsed.
    let renamed = text.replace("holt_winters", "double_exponential_smoothing");
    let expr = promql_parser::parser::parse(&renamed)?;
    let mut builder = Builder {
        text,
        tokens,
        at: 0,
        index,
    };
    Ok(builder.node(&expr))
}

/// The parser and all that goes through its trees call themselves for each level, and a thread of a test has a small stack.
const HIGHEST: usize = 250;

/// At most how high the tree is: the operators of a chain stand in each other, and so do parentheses.
fn height(text: &str, tokens: &[Range<usize>]) -> usize {
    let mut outer = Vec::new();
    // Of what stands between two parentheses: its operators, and the highest of what is in parentheses there.
    let (mut operators, mut highest) = (0, 0);
    for token in tokens {
        let word = &text[token.clone()];
        match word {
            "(" => {
                outer.push((operators, highest));
                (operators, highest) = (0, 0);
            }
            ")" => {
                let inner = operators + highest + 1;
                (operators, highest) = outer.pop().unwrap_or_default();
                highest = highest.max(inner);
            }
            _ if is_operator(word) => operators += 1,
            _ => {}
        }
    }
    // What is never closed is not PromQL, and high all the same.
    operators + highest + outer.len()
}

fn is_operator(word: &str) -> bool {
    const SIGNS: &[&str] = &[
        "+", "-", "*", "/", "%", "^", "==", "!=", "<", ">", "<=", ">=",
    ];
    const WORDS: &[&str] = &["and", "or", "unless", "atan2"];
    SIGNS.contains(&word)
        || WORDS
            .iter()
            .any(|operator| word.eq_ignore_ascii_case(operator))
}

struct Builder<'a> {
    text: &'a str,
    tokens: Vec<Range<usize>>,
    at: usize,
    index: &'a Index,
}

const MATCH_OPS: &[&str] = &["=", "!=", "=~", "!~"];

impl Builder<'_> {
    fn peek(&self) -> &str {
        self.tokens
            .get(self.at)
            .map_or("", |span| &self.text[span.clone()])
    }

    fn is(&self, word: &str) -> bool {
        self.peek().eq_ignore_ascii_case(word)
    }

    /// The next token's place; at the end, the end.
    fn take(&mut self) -> Range<usize> {
        let end = self.text.len();
        let span = self.tokens.get(self.at).cloned().unwrap_or(end..end);
        self.at += 1;
        span
    }

    fn take_if(&mut self, word: &str) -> bool {
        let found = self.is(word);
        if found {
            self.at += 1;
        }
        found
    }

    /// The end of the last token taken.
    fn end(&self) -> usize {
        let last = self.at.min(self.tokens.len()).checked_sub(1);
        last.map_or(0, |last| self.tokens[last].end)
    }

    fn start(&self) -> usize {
        self.tokens
            .get(self.at)
            .map_or(self.text.len(), |span| span.start)
    }

    fn node(&mut self, expr: &Expr) -> Node {
        let start = self.start();
        let kind = match expr {
            Expr::NumberLiteral(number) => {
                // The parser folds a sign into its number.
                while matches!(self.peek(), "-" | "+") {
                    self.take();
                }
                self.take();
                Kind::Number(number.val)
            }
            Expr::StringLiteral(literal) => {
                self.take();
                Kind::Text(literal.val.clone())
            }
            Expr::VectorSelector(selector) => {
                let mut selector = self.selector(selector);
                selector.shift = self.offset();
                Kind::Selector(selector)
            }
            Expr::MatrixSelector(matrix) => {
                let mut selector = self.selector(&matrix.vs);
                let window = self.brackets();
                selector.range = Some((matrix.range, window));
                selector.shift = self.offset();
                Kind::Selector(selector)
            }
            Expr::Paren(paren) => {
                self.take();
                let inner = self.node(&paren.expr);
                self.take();
                self.offset();
                Kind::Paren(Box::new(inner))
            }
            Expr::Unary(unary) => {
                self.take();
                Kind::Negation(Box::new(self.node(&unary.expr)))
            }
            Expr::Subquery(subquery) => {
                let arg = Box::new(self.node(&subquery.expr));
                self.brackets();
                self.offset();
                Kind::Subquery {
                    arg,
                    range: subquery.range,
                }
            }
            Expr::Call(call) => {
                self.take();
                self.take_if("(");
                let mut args = Vec::new();
                for arg in &call.args.args {
                    args.push(self.node(arg));
                    self.take_if(",");
                }
                self.take_if(")");
                self.offset();
                Kind::Call {
                    name: call.func.name.to_owned(),
                    args,
                }
            }
            Expr::Aggregate(aggregate) => {
                let op = self.take();
                let op = self.text[op].to_ascii_lowercase();
                let before = self.grouping(aggregate.modifier.as_ref());
                self.take_if("(");
                let param = aggregate.param.as_ref().map(|param| {
                    let param = Box::new(self.node(param));
                    self.take_if(",");
                    param
                });
                let arg = Box::new(self.node(&aggregate.expr));
                self.take_if(")");
                let grouping = before.or_else(|| self.grouping(aggregate.modifier.as_ref()));
                self.offset();
                Kind::Aggregate {
                    op,
                    grouping,
                    param,
                    arg,
                }
            }
            Expr::Binary(binary) => {
                let lhs = Box::new(self.node(&binary.lhs));
                let op = self.take();
                let op = self.text[op].to_ascii_lowercase();
                let returns_bool = self.take_if("bool");
                let mut matching = Matching::default();
                if self.is("on") || self.is("ignoring") {
                    let on = self.is("on");
                    self.take();
                    let labels = self.label_list();
                    if on {
                        matching.on = Some(labels);
                    } else {
                        matching.ignoring = Some(labels);
                    }
                }
                let modifier = binary.modifier.as_ref();
                match modifier.map(|modifier| &modifier.card) {
                    Some(VectorMatchCardinality::ManyToOne(_)) => matching.group_left = true,
                    Some(VectorMatchCardinality::OneToMany(_)) => matching.group_right = true,
                    _ => {}
                }
                if self.is("group_left") || self.is("group_right") {
                    self.take();
                    if self.is("(") {
                        matching.copied = self.label_list();
                    }
                }
                while ["fill", "fill_left", "fill_right"]
                    .iter()
                    .any(|fill| self.is(fill))
                {
                    self.take();
                    self.label_list();
                }
                let rhs = Box::new(self.node(&binary.rhs));
                Kind::Binary {
                    op,
                    lhs,
                    rhs,
                    matching,
                    returns_bool,
                }
            }
            // Only custom planners make these; the parser does not.
            Expr::Extension(_) => Kind::Text(String::new()),
        };
        let span = start..self.end().max(start);
        let shape = infer::shape(&kind, self.index);
        Node { kind, span, shape }
    }

    fn selector(&mut self, selector: &VectorSelector) -> Selector {
        let start = self.start();
        let mut name_span = start..start;
        if selector.name.is_some() && !self.is("{") {
            name_span = self.take();
        }
        let mut places = Vec::new();
        if self.take_if("{") {
            while self.at < self.tokens.len() && !self.is("}") {
                let label = self.take();
                if MATCH_OPS.contains(&self.peek()) {
                    self.take();
                    places.push((label, self.take()));
                }
            }
            self.take_if("}");
        }
        let Matchers {
            matchers,
            or_matchers,
        } = &selector.matchers;
        let mut places = places.into_iter();
        let matchers = matchers
            .iter()
            .chain(or_matchers.iter().flatten())
            .map(|matcher| {
                let (label_span, value_span) =
                    places.next().unwrap_or((start..start, start..start));
                Matcher {
                    label: matcher.name.clone(),
                    op: matcher.op.clone(),
                    value: matcher.value.clone(),
                    label_span,
                    value_span,
                }
            })
            .collect::<Vec<_>>();
        let named = matchers
            .iter()
            .find(|matcher| matcher.label == "__name__" && matches!(matcher.op, MatchOp::Equal));
        if let Some(named) = named {
            name_span = named.value_span.clone();
        }
        Selector {
            name: selector
                .name
                .clone()
                .or_else(|| named.map(|matcher| matcher.value.clone())),
            name_span,
            matchers,
            range: None,
            shift: String::new(),
        }
    }

    /// `[5m]` or `[1h:1m]`.
    fn brackets(&mut self) -> Range<usize> {
        let start = self.start();
        if self.take_if("[") {
            while self.at < self.tokens.len() && !self.take_if("]") {
                self.at += 1;
            }
        }
        start..self.end()
    }

    /// `offset 5m` and `@ end()`, in any order.
    fn offset(&mut self) -> String {
        let start = self.start();
        loop {
            if self.take_if("offset") {
                while matches!(self.peek(), "-" | "+") {
                    self.take();
                }
                self.take();
            } else if self.take_if("@") {
                while matches!(self.peek(), "-" | "+") {
                    self.take();
                }
                self.take();
                if self.take_if("(") {
                    self.take_if(")");
                }
            } else {
                return self.text[start.min(self.end())..self.end()].to_owned();
            }
        }
    }

    fn grouping(&mut self, modifier: Option<&LabelModifier>) -> Option<Grouping> {
        let modifier = modifier?;
        if !(self.is("by") || self.is("without")) {
            return None;
        }
        self.take();
        Some(Grouping {
            by: modifier.is_include(),
            labels: self.label_list(),
        })
    }

    fn label_list(&mut self) -> Vec<(String, Range<usize>)> {
        let mut labels = Vec::new();
        self.take_if("(");
        while self.at < self.tokens.len() && !self.is(")") {
            let span = self.take();
            if &self.text[span.clone()] != "," {
                labels.push((self.text[span.clone()].to_owned(), span));
            }
        }
        self.take_if(")");
        labels
    }
}
