//! A newtype around a label value.

use proc_macro2::TokenStream;

use crate::common::{Context, Runtime, Slot, read};
use crate::syntax::{Data, Item, Path};

pub(super) struct Newtype<'a> {
    pub(super) input: &'a Item,
    pub(super) runtime: Runtime,
    /// The inner value's type, if there is one field.
    pub(super) inner: Option<&'a TokenStream>,
}

impl<'a> Newtype<'a> {
    pub(super) fn read(cx: &Context, input: &'a Item) -> Self {
        let mut runtime = Slot::<Path>::new("crate");
        read(cx, &input.attrs, "label", &mut [&mut runtime]);
        let inner = match &input.data {
            Data::Struct(fields) => match fields.all() {
                [only] => Some(&only.ty),
                _ => None,
            },
            _ => None,
        };
        Self {
            input,
            runtime: Runtime::new(runtime.value().as_ref()),
            inner,
        }
    }
}
