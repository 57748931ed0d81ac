//! Rules for the newtype.

use super::ast::Newtype;
use crate::common::Context;
use crate::syntax::{Data, Fields, only_lifetimes};

pub(super) fn check(cx: &Context, newtype: &Newtype<'_>) {
    is_newtype(cx, newtype);
    only_lifetimes(cx, &newtype.input.generics, "a label value");
}

fn is_newtype(cx: &Context, newtype: &Newtype<'_>) {
    let fields = match &newtype.input.data {
        Data::Struct(fields) => fields,
        Data::Enum(_) => {
            return cx.error(
                &newtype.input.keyword,
                "a label value is a struct around one value: for an enum write `#[derive(LabelEnum)]`",
            );
        }
        Data::Union => {
            return cx.error(
                &newtype.input.keyword,
                "a label value is a struct around one value: write `struct`",
            );
        }
    };
    match fields {
        Fields::Unnamed(_, fields) if fields.len() == 1 => {}
        Fields::Unnamed(tuple, _) => cx.error(
            tuple,
            "a label value is a struct around one value: leave one field",
        ),
        Fields::Named(braces, _) => cx.error(
            braces,
            "a label value is a struct around one value: write `(Type)`, or `#[derive(LabelSet)]` for a set of labels",
        ),
        Fields::Unit => cx.error(
            &newtype.input.ident,
            "a label value is a struct around one value: write `(Type)` behind its name",
        ),
    }
}
