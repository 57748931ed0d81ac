//! How each kind of node changes labels and values.

use promql_parser::label::MatchOp;

use super::interval::Interval;
use super::shape::{Label, Labels, Nature, Shape};
use super::tree::{Grouping, Kind, Matching, Node, Selector};
use crate::grafana::ANYTHING;
use crate::index::{Index, Resolved};

pub(crate) const COMPARISONS: &[&str] = &["==", "!=", ">", "<", ">=", "<="];
pub(crate) const RATES: &[&str] = &["rate", "irate", "increase"];

pub(crate) fn shape(kind: &Kind, index: &Index) -> Shape {
    match kind {
        Kind::Number(value) if value.is_nan() => Shape::scalar(Interval::ANY),
        Kind::Number(value) => Shape::scalar(Interval::new(*value, *value)),
        Kind::Text(_) => Shape::scalar(Interval::ANY),
        Kind::Selector(selector) => select(selector, index),
        Kind::Paren(inner) => inner.shape.clone(),
        Kind::Negation(inner) => Shape {
            values: inner.shape.values.negated(),
            nature: negated_nature(&inner.shape.nature),
            labels: inner.shape.labels.clone(),
        },
        Kind::Subquery { arg, .. } => arg.shape.clone(),
        Kind::Call { name, args } => call(name, args, index),
        Kind::Aggregate {
            op,
            grouping,
            param,
            arg,
        } => aggregate(op, grouping.as_ref(), param.as_deref(), arg),
        Kind::Binary {
            op,
            lhs,
            rhs,
            matching,
            returns_bool,
        } => binary(op, lhs, rhs, matching, *returns_bool),
    }
}

fn negated_nature(nature: &Nature) -> Nature {
    match nature {
        Nature::Scalar => Nature::Scalar,
        _ => Nature::Other,
    }
}

fn select(selector: &Selector, index: &Index) -> Shape {
    let Some(name) = &selector.name else {
        return Shape::unknown();
    };
    let mut shape = match index.resolve(name) {
        Resolved::Sample(known, part) => index.shape(known, part),
        Resolved::Given(shape) => shape,
        Resolved::WrongSuffix(..) | Resolved::BareHistogram(_) | Resolved::Unknown => {
            return Shape::unknown();
        }
    };
    for matcher in &selector.matchers {
        if matcher.label == "__name__" {
            continue;
        }
        if matcher.label.contains(ANYTHING) {
            shape.labels.open = true;
            continue;
        }
        let known = shape.labels.known.get(&matcher.label);
        let target = known.is_some_and(|label| label.target);
        let values = known.and_then(|label| label.values.clone());
        let declared = known.is_some();
        let narrowed = match (&matcher.op, values) {
            (MatchOp::Equal, _) if matcher.value.is_empty() => {
                shape.labels = shape.labels.without(&matcher.label);
                continue;
            }
            (MatchOp::Equal, _) => Some(vec![matcher.value.clone()]),
            (_, values) if matcher.value.contains(ANYTHING) => values,
            (_, Some(values)) => Some(
                values
                    .into_iter()
                    .filter(|value| matcher.accepts(value))
                    .collect(),
            ),
            (MatchOp::Re(_), None) => alternatives(&matcher.value),
            (_, None) => None,
        };
        let mut label = Label::new(narrowed, target);
        // A label that is not declared is only there because the expression says so.
        label.asked_for = !declared;
        shape.labels.known.insert(matcher.label.clone(), label);
    }
    shape
}

/// The values of a regular expression that is nothing but `a|b|c`.
pub(crate) fn alternatives(regex: &str) -> Option<Vec<String>> {
    let plain = !regex.contains(ANYTHING)
        && regex
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '|' | '_' | '-' | '/' | ' ' | ':'));
    plain.then(|| regex.split('|').map(str::to_owned).collect())
}

/// The last argument that is a vector: the first for most functions, the second for `histogram_quantile`.
fn vector(args: &[Node]) -> Option<&Node> {
    args.iter().rev().find(|arg| !arg.shape.is_scalar())
}

fn call(name: &str, args: &[Node], index: &Index) -> Shape {
    let Some(arg) = vector(args) else {
        return match name {
            "vector" => Shape::vector(
                Labels::default(),
                args.first().map_or(Interval::ANY, |arg| arg.shape.values),
            ),
            "time" => Shape::scalar(Interval::NOT_NEGATIVE),
            // Of the time of evaluation.
            "minute" | "hour" | "day_of_week" | "day_of_month" | "day_of_year"
            | "days_in_month" | "month" | "year" => {
                Shape::vector(Labels::default(), Interval::NOT_NEGATIVE)
            }
            _ => Shape::scalar(Interval::ANY),
        };
    };
    let labels = arg.shape.labels.clone();
    let values = arg.shape.values;
    let keep = |values| Shape::vector(labels.clone(), values);
    match name {
        _ if RATES.contains(&name) => Shape {
            nature: match &arg.shape.nature {
                buckets @ Nature::Buckets(_) => buckets.clone(),
                _ => Nature::Other,
            },
            ..keep(Interval::NOT_NEGATIVE)
        },
        "histogram_quantile" => quantile(args, arg, index),
        "scalar" => Shape::scalar(values),
        "absent" | "absent_over_time" => absent(arg),
        "present_over_time" => keep(Interval::ONE),
        "changes" | "resets" | "count_over_time" | "timestamp" | "abs" | "stddev_over_time"
        | "stdvar_over_time" => keep(Interval::NOT_NEGATIVE),
        "avg_over_time" | "min_over_time" | "max_over_time" | "last_over_time"
        | "first_over_time" | "sort" | "sort_desc" | "quantile_over_time" => Shape {
            nature: arg.shape.nature.clone(),
            ..keep(values)
        },
        "sum_over_time" => keep(values.summed()),
        "histogram_count" | "histogram_sum" => keep(Interval::NOT_NEGATIVE),
        "histogram_fraction" => Shape::vector(labels.without("le"), Interval::ZERO_TO_ONE),
        "label_replace" | "label_join" | "info" => Shape {
            labels: written(labels, args),
            nature: arg.shape.nature.clone(),
            values,
        },
        _ => keep(Interval::ANY),
    }
}

/// Which labels there are after a label was written depends on values.
fn written(mut labels: Labels, args: &[Node]) -> Labels {
    labels.open = true;
    if let Some(Kind::Text(name)) = args.get(1).map(|arg| &arg.bare().kind) {
        let mut label = Label::new(None, false);
        label.asked_for = true;
        labels.known.insert(name.clone(), label);
    }
    labels
}

/// The range of a quantile is that of the buckets: it lies between `q` times the lowest bound, when everything fell into the
/// first bucket, and the highest finite bound.
fn quantile(args: &[Node], arg: &Node, index: &Index) -> Shape {
    let labels = arg.shape.labels.clone().without("le");
    let family = match &arg.shape.nature {
        Nature::Buckets(family) => index.known(family).map(|known| &known.family),
        _ => None,
    };
    let Some(family) = family else {
        return Shape::vector(labels, Interval::ANY);
    };
    let q = args.first().and_then(Node::number);
    let bounds = family.buckets.as_deref().unwrap_or_default();
    let values = match (bounds.first(), bounds.last(), q) {
        (Some(&lowest), Some(&highest), Some(q)) if (0.0..=1.0).contains(&q) => {
            let low = if lowest > 0.0 { q * lowest } else { lowest };
            Interval::new(low, highest)
        }
        _ => Interval::ANY,
    };
    Shape {
        labels,
        nature: Nature::Quantile(family.name.clone()),
        values,
    }
}

/// `absent` keeps the labels that are matched by `=`.
fn absent(arg: &Node) -> Shape {
    let mut labels = Labels::default();
    if let Some(selector) = arg.as_selector() {
        for matcher in &selector.matchers {
            if matches!(matcher.op, MatchOp::Equal) && matcher.label != "__name__" {
                let label = Label::new(Some(vec![matcher.value.clone()]), false);
                labels.known.insert(matcher.label.clone(), label);
            }
        }
    }
    Shape::vector(labels, Interval::ONE)
}

fn aggregate(op: &str, grouping: Option<&Grouping>, param: Option<&Node>, arg: &Node) -> Shape {
    let inner = &arg.shape;
    // These select whole series.
    if matches!(op, "topk" | "bottomk" | "limitk" | "limit_ratio") {
        return inner.clone();
    }
    let mut labels = Labels::default();
    match grouping {
        Some(Grouping {
            by: true,
            labels: by,
        }) => {
            for (name, _) in by {
                if name.contains(ANYTHING) {
                    labels.open = true;
                } else if let Some(label) = inner.labels.known.get(name) {
                    let mut label = label.clone();
                    label.asked_for = true;
                    labels.known.insert(name.clone(), label);
                } else if inner.labels.open {
                    let mut label = Label::new(None, false);
                    label.asked_for = true;
                    labels.known.insert(name.clone(), label);
                }
            }
        }
        Some(Grouping {
            labels: without, ..
        }) => {
            labels = inner.labels.clone();
            for (name, _) in without {
                labels = labels.without(name);
            }
            for label in labels.known.values_mut() {
                label.asked_for = true;
            }
        }
        None => {}
    }
    if op == "count_values" {
        labels.open = true;
    }
    let values = match op {
        "sum" => inner.values.summed(),
        "avg" | "min" | "max" => inner.values,
        "quantile" if param.and_then(Node::number).is_some() => inner.values,
        "count" | "count_values" => Interval::new(1.0, f64::INFINITY),
        "group" => Interval::ONE,
        "stddev" | "stdvar" => Interval::NOT_NEGATIVE,
        _ => Interval::ANY,
    };
    let nature = match (&inner.nature, op) {
        (Nature::Buckets(_), _) if !labels.known.contains_key("le") => Nature::Other,
        (
            Nature::Quantile(_) | Nature::Buckets(_) | Nature::Cumulative,
            "sum" | "avg" | "min" | "max",
        ) => inner.nature.clone(),
        _ => Nature::Other,
    };
    Shape {
        labels,
        nature,
        values,
    }
}

fn binary(op: &str, lhs: &Node, rhs: &Node, matching: &Matching, returns_bool: bool) -> Shape {
    let (left, right) = (&lhs.shape, &rhs.shape);
    let compares = COMPARISONS.contains(&op);
    let values = match op {
        _ if compares && returns_bool => Interval::ZERO_TO_ONE,
        // A comparison filters: what passes keeps the value of its left side.
        _ if compares && left.is_scalar() => right.values,
        "and" | "unless" => left.values,
        _ if compares => left.values,
        "or" => left.values.either(right.values),
        _ => left.values.combined(op, right.values),
    };
    let nature = match (&left.nature, &right.nature) {
        (Nature::Scalar, Nature::Scalar) => Nature::Scalar,
        // Scaling leaves a quantile a quantile.
        (nature, Nature::Scalar) | (Nature::Scalar, nature)
            if matches!(op, "*" | "/") || (compares && !returns_bool) =>
        {
            nature.clone()
        }
        (nature, _) if matches!(op, "and" | "unless") => nature.clone(),
        (a, b) if op == "or" && a == b => a.clone(),
        _ => Nature::Other,
    };
    let labels = match op {
        _ if right.is_scalar() => left.labels.clone(),
        _ if left.is_scalar() => right.labels.clone(),
        "and" | "unless" => left.labels.clone(),
        "or" => left.labels.clone().either(&right.labels),
        _ => matched_labels(left, right, matching),
    };
    Shape {
        labels,
        nature,
        values,
    }
}

fn matched_labels(left: &Shape, right: &Shape, matching: &Matching) -> Labels {
    let (mut many, one) = if matching.group_right {
        (right.labels.clone(), &left.labels)
    } else {
        (left.labels.clone(), &right.labels)
    };
    if matching.group_left || matching.group_right {
        for (name, _) in &matching.copied {
            let label = one.known.get(name).cloned();
            let label = label.unwrap_or_else(|| Label::new(None, false));
            many.known.insert(name.clone(), label);
        }
        return many;
    }
    if matching.on.is_some() || matching.ignoring.is_some() {
        many.known.retain(|name, _| matching.uses(name));
        if let Some(on) = &matching.on {
            many.open = on.iter().any(|(name, _)| name.contains(ANYTHING));
        }
    }
    many
}
