//! Rules for the set as a whole. What depends on the types of the fields is left to const evaluation.

use std::fmt::Display;

use metricset_model::name;

use super::ast::Set;
use crate::common::{Context, Name, check_label, check_unique};
use crate::syntax::{Data, Fields};

/// Whether the item can be a metric set at all.
pub(super) fn shape(cx: &Context, set: &Set<'_>) {
    has_named_fields(cx, set);
    has_no_generics(cx, set);
}

fn has_named_fields(cx: &Context, set: &Set<'_>) {
    match &set.input.data {
        Data::Struct(fields) => match fields {
            Fields::Named(..) => {}
            Fields::Unnamed(tuple, _) => cx.error(
                tuple,
                "the fields of a metric set are the names of its metrics: write `{ name: Counter }`",
            ),
            Fields::Unit => cx.error(
                &set.input.ident,
                "a metric set is a struct with a named field for each metric: write `{ name: Counter }` behind its name",
            ),
        },
        Data::Enum(_) | Data::Union => cx.error(
            &set.input.keyword,
            "a metric set is a struct with a named field for each metric: write `struct`",
        ),
    }
}

fn has_no_generics(cx: &Context, set: &Set<'_>) {
    let generics = &set.input.generics;
    if !generics.params.is_empty() {
        cx.error(
            generics,
            "a metric set is one static declaration and has no generic parameters: remove them",
        );
    }
}

pub(super) fn names(cx: &Context, set: &Set<'_>) {
    prefixes(cx, set);
    family_names(cx, set);
    families_are_unique(cx, set);
    const_labels(cx, set);
}

fn prefixes(cx: &Context, set: &Set<'_>) {
    prefix(cx, set.attr.prefix.as_ref());
    for nested in &set.nested {
        prefix(cx, nested.attr.prefix.as_ref());
    }
}

fn prefix(cx: &Context, prefix: Option<&Name>) {
    let Some(prefix) = prefix else { return };
    if prefix.text.is_empty() {
        prefix.error(cx, "an empty prefix adds nothing: remove `prefix`");
    } else {
        prefix.check(cx, "prefix", name::check);
    }
}

fn family_names(cx: &Context, set: &Set<'_>) {
    for family in &set.families {
        let is_clean = cx.is_clean(|| family.name.check(cx, "metric name", name::check));
        let full_name = name::join(set.prefix(), &family.name.text);
        if is_clean && full_name.len() > name::MAX_LEN {
            family.name.error(
                cx,
                &format!(
                    "metric name `{full_name}` has {} bytes, more than {}: shorten it or the prefix",
                    full_name.len(),
                    name::MAX_LEN
                ),
            );
        }
    }
}

fn families_are_unique(cx: &Context, set: &Set<'_>) {
    let mut names = set
        .families
        .iter()
        .map(|family| (&family.name, family.ident as &dyn Display));
    check_unique(cx, &mut names, &|name, first| {
        format!("field `{first}` is metric `{name}` already: rename one of them")
    });
}

fn const_labels(cx: &Context, set: &Set<'_>) {
    let labels = &set.attr.labels;
    for label in labels {
        check_label(cx, &label.name);
    }
    let mut names = labels
        .iter()
        .map(|label| (&label.name, &label.name.text as &dyn Display));
    check_unique(cx, &mut names, &|label, _| {
        format!("label `{label}` is given twice: keep one of them")
    });
}
