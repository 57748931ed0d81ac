//! A newtype around a label value.

use syn::{Data, DeriveInput, Path, Type};

use crate::common::{Context, Runtime, Slot, read};

pub(super) struct Newtype<'a> {
    pub(super) input: &'a DeriveInput,
    pub(super) runtime: Runtime,
    /// The inner value's type, if there is one field.
    pub(super) inner: Option<&'a Type>,
}

impl<'a> Newtype<'a> {
    pub(super) fn read(cx: &Context, input: &'a DeriveInput) -> Self {
        let mut runtime = Slot::<Path>::new("crate");
        read(cx, &input.attrs, "label", &mut [&mut runtime]);
        let inner = match &input.data {
            Data::Struct(data) if data.fields.len() == 1 => {
                data.fields.iter().next().map(|field| &field.ty)
            }
            _ => None,
        };
        Self {
            input,
            runtime: Runtime::new(runtime.value().as_ref()),
            inner,
        }
    }
}
