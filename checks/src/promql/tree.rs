//! PromQL as a tree in which each piece knows where it stands and what it evaluates to.

use std::ops::Range;
use std::time::Duration;

use promql_parser::label::MatchOp;

use super::shape::Shape;

/// A piece of an expression.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// Bytes of the expression.
    pub(crate) span: Range<usize>,
    pub(crate) shape: Shape,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Number(f64),
    Text(String),
    Selector(Selector),
    Call {
        name: String,
        args: Vec<Node>,
    },
    Aggregate {
        op: String,
        grouping: Option<Grouping>,
        param: Option<Box<Node>>,
        arg: Box<Node>,
    },
    Binary {
        op: String,
        lhs: Box<Node>,
        rhs: Box<Node>,
        matching: Matching,
        returns_bool: bool,
    },
    Negation(Box<Node>),
    Paren(Box<Node>),
    Subquery {
        arg: Box<Node>,
        range: Duration,
    },
}

#[derive(Debug)]
pub(crate) struct Selector {
    pub(crate) name: Option<String>,
    pub(crate) name_span: Range<usize>,
    pub(crate) matchers: Vec<Matcher>,
    /// The window and where it stands, for a range selector.
    pub(crate) range: Option<(Duration, Range<usize>)>,
    /// `offset` and `@`, as they are written: another time is another vector.
    pub(crate) shift: String,
}

#[derive(Debug)]
pub(crate) struct Matcher {
    pub(crate) label: String,
    pub(crate) op: MatchOp,
    pub(crate) value: String,
    pub(crate) label_span: Range<usize>,
    pub(crate) value_span: Range<usize>,
}

impl Matcher {
    pub(crate) fn accepts(&self, value: &str) -> bool {
        match &self.op {
            MatchOp::Equal => self.value == value,
            MatchOp::NotEqual => self.value != value,
            MatchOp::Re(regex) => regex.is_match(value),
            MatchOp::NotRe(regex) => !regex.is_match(value),
        }
    }

    pub(crate) fn is_regex(&self) -> bool {
        matches!(self.op, MatchOp::Re(_) | MatchOp::NotRe(_))
    }
}

#[derive(Debug)]
pub(crate) struct Grouping {
    /// `by`, else `without`.
    pub(crate) by: bool,
    pub(crate) labels: Vec<(String, Range<usize>)>,
}

#[derive(Debug, Default)]
pub(crate) struct Matching {
    pub(crate) on: Option<Vec<(String, Range<usize>)>>,
    pub(crate) ignoring: Option<Vec<(String, Range<usize>)>>,
    /// Labels that `group_left` or `group_right` copies.
    pub(crate) copied: Vec<(String, Range<usize>)>,
    pub(crate) group_left: bool,
    pub(crate) group_right: bool,
}

impl Matching {
    /// Whether series are matched by this label.
    pub(crate) fn uses(&self, label: &str) -> bool {
        let holds =
            |labels: &[(String, Range<usize>)]| labels.iter().any(|(name, _)| name == label);
        match (&self.on, &self.ignoring) {
            (Some(on), _) => holds(on),
            (None, Some(ignoring)) => !holds(ignoring),
            (None, None) => true,
        }
    }
}

impl Node {
    pub(crate) fn children(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Selector(_) => Vec::new(),
            Kind::Call { args, .. } => args.iter().collect(),
            Kind::Aggregate { param, arg, .. } => {
                param.as_deref().into_iter().chain([arg.as_ref()]).collect()
            }
            Kind::Binary { lhs, rhs, .. } => vec![lhs, rhs],
            Kind::Negation(arg) | Kind::Paren(arg) | Kind::Subquery { arg, .. } => vec![arg],
        }
    }

    /// The node inside any parentheses.
    pub(crate) fn bare(&self) -> &Node {
        match &self.kind {
            Kind::Paren(inner) => inner.bare(),
            _ => self,
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match &self.bare().kind {
            Kind::Number(value) => Some(*value),
            Kind::Negation(arg) => Some(-arg.number()?),
            _ => None,
        }
    }

    pub(crate) fn as_selector(&self) -> Option<&Selector> {
        match &self.bare().kind {
            Kind::Selector(selector) => Some(selector),
            _ => None,
        }
    }

    /// Calls `visit` on this node and all below it, each with the nodes above, the nearest last.
    pub(crate) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Node, &[&'a Node])) {
        self.walk_below(&mut Vec::new(), visit);
    }

    fn walk_below<'a>(
        &'a self,
        above: &mut Vec<&'a Node>,
        visit: &mut dyn FnMut(&'a Node, &[&'a Node]),
    ) {
        visit(self, above);
        above.push(self);
        for child in self.children() {
            child.walk_below(above, visit);
        }
        above.pop();
    }

    /// All selectors, from the left.
    pub(crate) fn selectors(&self) -> Vec<(&Node, &Selector)> {
        let mut found = Vec::new();
        self.walk(&mut |node, _| {
            if let Kind::Selector(selector) = &node.kind {
                found.push((node, selector));
            }
        });
        found
    }
}

pub(crate) fn aggregates(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node, _| found |= matches!(node.kind, Kind::Aggregate { .. }));
    found
}
