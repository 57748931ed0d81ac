//! A struct as a label set.

use proc_macro2::{Ident, TokenStream};

use super::attr;
use crate::common::{Context, Name, Runtime};
use crate::syntax::{Data, Field, Item};

pub(super) struct LabelSet<'a> {
    pub(super) input: &'a Item,
    pub(super) runtime: Runtime,
    /// Empty if this is not a struct with named fields.
    pub(super) labels: Vec<Label<'a>>,
}

pub(super) struct Label<'a> {
    pub(super) ident: &'a Ident,
    pub(super) ty: &'a TokenStream,
    pub(super) name: Name,
}

impl<'a> LabelSet<'a> {
    pub(super) fn read(cx: &Context, input: &'a Item) -> Self {
        let runtime = attr::read_struct(cx, &input.attrs);
        let mut labels = Vec::new();
        if let Data::Struct(fields) = &input.data {
            for field in fields.all() {
                if let Some(label) = Label::read(cx, field) {
                    labels.push(label);
                }
            }
        }
        Self {
            input,
            runtime,
            labels,
        }
    }
}

impl<'a> Label<'a> {
    fn read(cx: &Context, field: &'a Field) -> Option<Self> {
        let rename = attr::read_field(cx, &field.attrs);
        let ident = field.ident.as_ref()?;
        Some(Self {
            ident,
            ty: &field.ty,
            name: rename.unwrap_or_else(|| Name::of(ident)),
        })
    }
}
