//! Rules for the label set as a whole.

use std::fmt::Display;

use super::ast::LabelSet;
use crate::common::{Context, check_label, check_unique};
use crate::syntax::{Data, Fields, only_lifetimes};

/// Whether the item can be a label set at all.
pub(super) fn shape(cx: &Context, label_set: &LabelSet<'_>) {
    has_named_fields(cx, label_set);
    only_lifetimes(cx, &label_set.input.generics, "a label set");
}

pub(super) fn labels(cx: &Context, label_set: &LabelSet<'_>) {
    for label in &label_set.labels {
        check_label(cx, &label.name);
    }
    labels_are_unique(cx, label_set);
}

fn has_named_fields(cx: &Context, label_set: &LabelSet<'_>) {
    let input = label_set.input;
    let fields = match &input.data {
        Data::Struct(fields) => fields,
        Data::Enum(_) => {
            return cx.error(
                &input.keyword,
                "a label set is a struct with a named field for each label: for an enum write `#[derive(LabelEnum)]`",
            );
        }
        Data::Union => {
            return cx.error(
                &input.keyword,
                "a label set is a struct with a named field for each label: write `struct`",
            );
        }
    };
    match fields {
        Fields::Named(_, fields) if fields.is_empty() => no_labels(cx, label_set),
        Fields::Named(..) => {}
        Fields::Unnamed(tuple, _) => cx.error(
            tuple,
            "the fields of a label set are the names of its labels: write `{ name: Type }`, or `#[derive(LabelValue)]` for a newtype",
        ),
        Fields::Unit => no_labels(cx, label_set),
    }
}

fn no_labels(cx: &Context, label_set: &LabelSet<'_>) {
    cx.error(
        &label_set.input.ident,
        "a label set needs at least one label: add a field, or use the metric without `Family`",
    );
}

fn labels_are_unique(cx: &Context, label_set: &LabelSet<'_>) {
    let mut names = label_set
        .labels
        .iter()
        .map(|label| (&label.name, label.ident as &dyn Display));
    check_unique(cx, &mut names, &|name, first| {
        format!("field `{first}` is label `{name}` already: rename one of them")
    });
}
