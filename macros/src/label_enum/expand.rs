//! The impls of `LabelValue`, which knows the values, and of `LabelEnum`, which finds the variant for one.

use proc_macro2::TokenStream;

use super::ast::LabelEnum;
use crate::common::code;
use crate::syntax::Kind;

pub(super) fn impls(label_enum: &LabelEnum<'_>) -> TokenStream {
    let runtime = label_enum.runtime.public();
    let ident = &label_enum.input.ident;
    let mut values = TokenStream::new();
    let mut positions = TokenStream::new();
    let mut texts = TokenStream::new();
    let mut parsed = TokenStream::new();
    for (place, value) in label_enum.values.iter().enumerate() {
        let (variant, text) = (value.ident, &value.name.text);
        values.extend(code!([text] #text,));
        positions.extend(code!([variant, place] Self::#variant => #place,));
        texts.extend(code!([variant, text] Self::#variant => #text,));
        parsed
            .extend(code!([text, variant] #text => ::core::option::Option::Some(Self::#variant),));
    }
    let outside = match label_enum.other() {
        Some(other) => {
            let other = other.ident;
            code!([other] ::core::option::Option::Some(Self::#other))
        }
        None => code!([] ::core::option::Option::None),
    };
    code! {
        [runtime, ident, values, positions, texts, parsed, outside]
        #[automatically_derived]
        impl #runtime::LabelValue for #ident {
            const CLOSED: ::core::option::Option<&'static [&'static ::core::primitive::str]> =
                ::core::option::Option::Some(&[#values]);
            #[inline(always)]
            fn position(&self) -> ::core::primitive::usize {
                match self {
                    #positions
                }
            }
            #[inline]
            fn with_str<__R>(
                &self,
                __f: impl ::core::ops::FnOnce(&::core::primitive::str) -> __R,
            ) -> __R {
                __f(match self {
                    #texts
                })
            }
        }
        #[automatically_derived]
        impl #runtime::LabelEnum for #ident {
            fn from_value(__value: &::core::primitive::str) -> ::core::option::Option<Self> {
                match __value {
                    #parsed
                    _ => #outside,
                }
            }
        }
    }
}

/// Impls that nothing calls, so that the mistakes are not followed by "trait not implemented" at every use.
pub(super) fn stub(label_enum: &LabelEnum<'_>, errors: &TokenStream) -> TokenStream {
    let runtime = label_enum.runtime.public();
    let ident = &label_enum.input.ident;
    let generics = &label_enum.input.generics;
    let mut demands = generics.are_static(&[Kind::Lifetime, Kind::Type]);
    if !generics.params.is_empty() {
        demands.extend(code!([] Self: ::core::marker::Copy,));
    }
    let (declared, arguments) = (generics.declared(), generics.arguments());
    let bounds = generics.where_clause(&demands);
    code! {
        [runtime, ident, declared, arguments, bounds, errors]
        #errors
        #[automatically_derived]
        impl #declared #runtime::LabelValue for #ident #arguments #bounds {
            const CLOSED: ::core::option::Option<&'static [&'static ::core::primitive::str]> =
                ::core::option::Option::Some(&[]);
            fn position(&self) -> ::core::primitive::usize {
                loop {}
            }
            fn with_str<__R>(
                &self,
                __f: impl ::core::ops::FnOnce(&::core::primitive::str) -> __R,
            ) -> __R {
                loop {}
            }
        }
        #[automatically_derived]
        impl #declared #runtime::LabelEnum for #ident #arguments #bounds {
            fn from_value(_: &::core::primitive::str) -> ::core::option::Option<Self> {
                loop {}
            }
        }
    }
}
