//! The impls of `LabelValue`, which knows the values, and of `LabelEnum`, which finds the variant for one.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use super::ast::LabelEnum;
use crate::common::all_static;

pub(super) fn impls(label_enum: &LabelEnum<'_>) -> TokenStream {
    let runtime = label_enum.runtime.public();
    let ident = &label_enum.input.ident;
    let variants: Vec<_> = label_enum.values.iter().map(|value| value.ident).collect();
    let values = label_enum.values.iter().map(|value| &value.name.text);
    let values: Vec<_> = values.collect();
    let places = 0..variants.len();
    let outside = match label_enum.other() {
        Some(other) => {
            let other = other.ident;
            quote!(::core::option::Option::Some(Self::#other))
        }
        None => quote!(::core::option::Option::None),
    };
    quote! {
        #[automatically_derived]
        impl #runtime::LabelValue for #ident {
            const CLOSED: ::core::option::Option<&'static [&'static ::core::primitive::str]> =
                ::core::option::Option::Some(&[#(#values),*]);
            #[inline(always)]
            fn position(&self) -> ::core::primitive::usize {
                match self {
                    #(Self::#variants => #places,)*
                }
            }
            #[inline]
            fn with_str<__R>(
                &self,
                __f: impl ::core::ops::FnOnce(&::core::primitive::str) -> __R,
            ) -> __R {
                __f(match self {
                    #(Self::#variants => #values,)*
                })
            }
        }
        #[automatically_derived]
        impl #runtime::LabelEnum for #ident {
            fn from_value(__value: &::core::primitive::str) -> ::core::option::Option<Self> {
                match __value {
                    #(#values => ::core::option::Option::Some(Self::#variants),)*
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
    let mut generics = all_static(&label_enum.input.generics);
    let bounds = generics.make_where_clause();
    if !label_enum.input.generics.params.is_empty() {
        bounds
            .predicates
            .push(parse_quote!(Self: ::core::marker::Copy));
    }
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #errors
        #[automatically_derived]
        impl #impl_generics #runtime::LabelValue for #ident #ty_generics #where_clause {
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
        impl #impl_generics #runtime::LabelEnum for #ident #ty_generics #where_clause {
            fn from_value(_: &::core::primitive::str) -> ::core::option::Option<Self> {
                loop {}
            }
        }
    }
}
