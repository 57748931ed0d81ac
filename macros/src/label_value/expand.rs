//! The impl of `LabelValue`.

use proc_macro2::TokenStream;

use super::ast::Newtype;
use crate::common::{as_trait, code};

/// Asks the inner value.
pub(super) fn delegate(newtype: &Newtype<'_>) -> TokenStream {
    let runtime = newtype.runtime.public();
    let inner = newtype
        .inner
        .map(|ty| as_trait(ty, &code!([runtime] #runtime::LabelValue)));
    frame(
        newtype,
        &code!([inner] #inner::CLOSED),
        &code!([inner] #inner::position(&self.0)),
        &code!([inner] #inner::with_str(&self.0, __f)),
    )
}

/// An impl that nothing calls, so that the mistakes are not followed by "trait not implemented" at every use.
pub(super) fn stub(newtype: &Newtype<'_>, errors: &TokenStream) -> TokenStream {
    let frame = frame(
        newtype,
        &code!([] ::core::option::Option::None),
        &code!([] loop {}),
        &code!([] loop {}),
    );
    code!([errors, frame] #errors #frame)
}

fn frame(
    newtype: &Newtype<'_>,
    closed: &TokenStream,
    position: &TokenStream,
    with_str: &TokenStream,
) -> TokenStream {
    let runtime = newtype.runtime.public();
    let ident = &newtype.input.ident;
    let generics = &newtype.input.generics;
    let (declared, arguments) = (generics.declared(), generics.arguments());
    let bounds = generics.where_clause(&TokenStream::new());
    code! {
        [runtime, ident, declared, arguments, bounds, closed, position, with_str]
        #[automatically_derived]
        impl #declared #runtime::LabelValue for #ident #arguments #bounds {
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
