//! Rules for the enum as a whole.

use std::fmt::Display;

use super::ast::LabelEnum;
use crate::common::{Context, check_unique};
use crate::syntax::Data;

pub(super) fn check(cx: &Context, label_enum: &LabelEnum<'_>) {
    is_enum(cx, label_enum);
    has_no_generics(cx, label_enum);
    values_are_unique(cx, label_enum);
    at_most_one_other(cx, label_enum);
}

fn is_enum(cx: &Context, label_enum: &LabelEnum<'_>) {
    let input = label_enum.input;
    match &input.data {
        Data::Enum(variants) if variants.is_empty() => cx.error(
            &input.ident,
            "a label enum needs at least one variant: add one for each value of the label",
        ),
        Data::Enum(_) => {}
        Data::Struct(_) => cx.error(
            &input.keyword,
            "a label enum is an enum: for a struct write `#[derive(LabelSet)]`, or `#[derive(LabelValue)]` around one value",
        ),
        Data::Union => cx.error(
            &input.keyword,
            "a label enum is an enum: write `enum` and one variant for each value",
        ),
    }
}

fn has_no_generics(cx: &Context, label_enum: &LabelEnum<'_>) {
    let generics = &label_enum.input.generics;
    if !generics.params.is_empty() {
        cx.error(
            generics,
            "a label enum has no generic parameters: remove them",
        );
    }
}

fn values_are_unique(cx: &Context, label_enum: &LabelEnum<'_>) {
    let mut names = label_enum
        .values
        .iter()
        .map(|value| (&value.name, value.ident as &dyn Display));
    check_unique(cx, &mut names, &|name, first| {
        format!(
            "`{first}` has the value `{name}` already: rename one of them with `#[label(rename = \"...\")]`"
        )
    });
}

fn at_most_one_other(cx: &Context, label_enum: &LabelEnum<'_>) {
    let mut others = label_enum.values.iter().filter_map(|value| {
        let key = value.other.as_ref()?;
        Some((key, value.ident))
    });
    if let Some((_, first)) = others.next() {
        for (key, _) in others {
            cx.error(
                key,
                &format!("`{first}` takes all other values already: keep one `#[label(other)]`"),
            );
        }
    }
}
