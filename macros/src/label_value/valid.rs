//! Rules for the newtype.

use syn::{Data, Fields};

use super::ast::Newtype;
use crate::common::{Context, only_lifetimes};

pub(super) fn check(cx: &Context, newtype: &Newtype<'_>) {
    is_newtype(cx, newtype);
    only_lifetimes(cx, &newtype.input.generics, "a label value");
}

fn is_newtype(cx: &Context, newtype: &Newtype<'_>) {
    let fields = match &newtype.input.data {
        Data::Struct(data) => &data.fields,
        Data::Enum(data) => {
            return cx.error(
                &data.enum_token,
                "a label value is a struct around one value: for an enum write `#[derive(LabelEnum)]`",
            );
        }
        Data::Union(data) => {
            return cx.error(
                &data.union_token,
                "a label value is a struct around one value: write `struct`",
            );
        }
    };
    match fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {}
        Fields::Unnamed(fields) => cx.error(
            fields,
            "a label value is a struct around one value: leave one field",
        ),
        Fields::Named(fields) => cx.error(
            fields,
            "a label value is a struct around one value: write `(Type)`, or `#[derive(LabelSet)]` for a set of labels",
        ),
        Fields::Unit => cx.error(
            &newtype.input.ident,
            "a label value is a struct around one value: write `(Type)` behind its name",
        ),
    }
}
