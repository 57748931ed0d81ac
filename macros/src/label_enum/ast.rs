//! An enum as label values.

use proc_macro2::Ident;

use super::attr::{EnumAttr, VariantAttr};
use crate::common::{Context, Name, Runtime};
use crate::syntax::{Data, Fields, Item, Variant};

pub(super) struct LabelEnum<'a> {
    pub(super) input: &'a Item,
    pub(super) runtime: Runtime,
    /// Empty if this is not an enum.
    pub(super) values: Vec<Value<'a>>,
}

/// A variant without fields.
pub(super) struct Value<'a> {
    pub(super) ident: &'a Ident,
    pub(super) name: Name,
    /// `other`, on a variant that takes all values outside the list.
    pub(super) other: Option<Ident>,
}

impl<'a> LabelEnum<'a> {
    pub(super) fn read(cx: &Context, input: &'a Item) -> Self {
        let attr = EnumAttr::read(cx, &input.attrs);
        let mut values = Vec::new();
        if let Data::Enum(variants) = &input.data {
            for variant in variants {
                if let Some(value) = Value::read(cx, variant, &attr) {
                    values.push(value);
                }
            }
        }
        Self {
            input,
            runtime: attr.runtime,
            values,
        }
    }

    /// The variant for values outside the list.
    pub(super) fn other(&self) -> Option<&Value<'a>> {
        self.values.iter().find(|value| value.other.is_some())
    }
}

impl<'a> Value<'a> {
    fn read(cx: &Context, variant: &'a Variant, of: &EnumAttr) -> Option<Self> {
        let attr = VariantAttr::read(cx, &variant.attrs);
        if let Fields::Named(fields, _) | Fields::Unnamed(fields, _) = &variant.fields {
            cx.error(
                fields,
                &format!(
                    "a label value cannot hold fields: write `{}` alone, or put what varies into a label of its own",
                    variant.ident
                ),
            );
            return None;
        }
        Some(Self {
            ident: &variant.ident,
            name: attr.rename.unwrap_or_else(|| {
                let name = Name::of(&variant.ident);
                Name {
                    text: of.rename_all.apply(&name.text),
                    ..name
                }
            }),
            other: attr.other,
        })
    }
}
