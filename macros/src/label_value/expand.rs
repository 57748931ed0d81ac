//! The impl of `LabelValue`.

use proc_macro2::TokenStream;
use quote::quote;

use super::ast::Newtype;
use crate::common::{as_trait, code};

/// Asks the inner value.
pub(super) fn delegate(newtype: &Newtype<'_>) -> TokenStream {
    let runtime = newtype.runtime.public();
    let inner = newtype
        .inner
        .map(|ty| as_trait(ty, &quote!(#runtime::LabelValue)));
    frame(
        newtype,
        &quote!(#inner::CLOSED),
        &quote!(#inner::position(&self.0)),
        &quote!(#inner::with_str(&self.0, __f)),
    )
}

/// An impl that nothing calls, so that the mistakes are not followed by "trait not implemented" at every use.
pub(super) fn stub(newtype: &Newtype<'_>, errors: &TokenStream) -> TokenStream {
    let frame = frame(
        newtype,
        &quote!(::core::option::Option::None),
        &quote!(loop {}),
        &quote!(loop {}),
    );
    quote!(#errors #frame)
}

fn frame(
    newtype: &Newtype<'_>,
    closed: &TokenStream,
    position: &TokenStream,
    with_str: &TokenStream,
) -> TokenStream {
    let runtime = newtype.runtime.public();
    let ident = &newtype.input.ident;
    let (impl_generics, ty_generics, where_clause) = newtype.input.generics.split_for_impl();
    code! {
        [runtime, ident, impl_generics, ty_generics, where_clause, closed, position, with_str]
        #[automatically_derived]
        impl #impl_generics #runtime::LabelValue for #ident #ty_generics #where_clause {
            const CLOSED: ::core::option::Option<&'static [&'static ::core::primitive::str]> =
                #closed;
            #[inline(always)]
            fn position(&self) -> ::core::primitive::usize {
                #position
            }
            #[inline(always)]
            fn with_str<__R>(
                &self,
                __f: impl ::core::ops::FnOnce(&::core::primitive::str) -> __R,
            ) -> __R {
                #with_str
            }
        }
    }
}
