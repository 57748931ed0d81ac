//! The arguments of `#[instrument_metric(...)]`.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Expr, Path, parse_quote};

use crate::common::{Context, Flag, Runtime, Slot, read};

pub(super) const NAME: &str = "instrument_metric";

pub(super) struct Attr {
    pub(super) runtime: Option<Path>,
    pub(super) skip: Option<Ident>,
    pub(super) ok_if: Option<Expr>,
    pub(super) error_if: Option<Expr>,
    /// Every key that is about one function.
    pub(super) keys: Vec<Ident>,
}

impl Attr {
    pub(super) fn read(cx: &Context, args: &TokenStream) -> Self {
        Self::read_all(cx, &[parse_quote!(#[instrument_metric(#args)])])
    }

    /// Reads the arguments of all attributes at once, which finds keys that are repeated.
    pub(super) fn read_all(cx: &Context, attrs: &[Attribute]) -> Self {
        let mut runtime = Slot::<Path>::new("crate");
        let mut skip = Slot::<Flag>::new("skip");
        let mut ok_if = Slot::<Expr>::new("ok_if");
        let mut error_if = Slot::<Expr>::new("error_if");
        read(
            cx,
            attrs,
            NAME,
            &mut [&mut ok_if, &mut error_if, &mut skip, &mut runtime],
        );
        Self {
            skip: skip.key().cloned(),
            keys: [ok_if.key(), error_if.key()]
                .into_iter()
                .flatten()
                .cloned()
                .collect(),
            runtime: runtime.value(),
            ok_if: ok_if.value(),
            error_if: error_if.value(),
        }
    }

    pub(super) fn runtime(&self) -> Runtime {
        Runtime::new(self.runtime.as_ref())
    }
}

/// Whether this is the attribute itself, by whatever path.
pub(super) fn is_own(attr: &Attribute) -> bool {
    let last = attr.path().segments.last();
    last.is_some_and(|last| last.ident == NAME)
}
