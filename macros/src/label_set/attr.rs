//! `#[label(...)]` on structs and their fields.

use syn::LitStr;

use crate::common::{Context, Name, Runtime, Slot, read};
use crate::syntax::{Attribute, Path};

/// On the struct.
pub(super) fn read_struct(cx: &Context, attrs: &[Attribute]) -> Runtime {
    let mut runtime = Slot::<Path>::new("crate");
    read(cx, attrs, "label", &mut [&mut runtime]);
    Runtime::new(runtime.value().as_ref())
}

/// On a field: the name that replaces the field's.
pub(super) fn read_field(cx: &Context, attrs: &[Attribute]) -> Option<Name> {
    let mut rename = Slot::<LitStr>::new("rename");
    read(cx, attrs, "label", &mut [&mut rename]);
    rename.value().as_ref().map(Name::given)
}
