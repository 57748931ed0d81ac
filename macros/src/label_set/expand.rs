//! The impls of `LabelSet`, for the set with `'static`, and of `Labels`, which reads one with any lifetime.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericParam, Generics};

use super::ast::{Label, LabelSet};
use crate::common::{all_static, as_trait, code};

pub(super) fn impls(label_set: &LabelSet<'_>) -> TokenStream {
    frame(label_set, &label_set.labels)
}

/// Impls without labels, so that mistakes in the struct's shape are not followed by "trait not implemented" at every use.
pub(super) fn stub(label_set: &LabelSet<'_>) -> TokenStream {
    frame(label_set, &[])
}

fn frame(label_set: &LabelSet<'_>, labels: &[Label<'_>]) -> TokenStream {
    let runtime = label_set.runtime.public();
    let private = label_set.runtime.private();
    let ident = &label_set.input.ident;
    let generics = &label_set.input.generics;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();

    let mut descriptors = TokenStream::new();
    let mut places = TokenStream::new();
    let mut visits = TokenStream::new();
    for label in labels {
        let (field, name) = (label.ident, &label.name.text);
        let value = as_trait(label.ty, &quote!(#runtime::LabelValue));
        descriptors.extend(quote!(#private::LabelDescriptor::new(#name, #value::CLOSED),));
        places.extend(quote! {
            let __index = __index * #private::closed_len(#value::CLOSED)
                + #value::position(&self.#field);
        });
        visits.extend(quote! {
            #value::with_str(&self.#field, |__value| #private::EachValue::value(__each, __value));
        });
    }

    let mut without_lifetimes = Generics::default();
    for param in &generics.params {
        if !matches!(param, GenericParam::Lifetime(_)) {
            without_lifetimes.params.push(param.clone());
        }
    }
    let set_generics = all_static(&without_lifetimes);
    let (set_generics, _, set_bounds) = set_generics.split_for_impl();
    let static_args = arguments(label_set, &quote!('static));
    let any_args = arguments(label_set, &quote!('__a));

    code! {
        [runtime, private, ident, impl_generics, ty_generics, where_clause, descriptors, places, visits,
            set_generics, set_bounds, static_args, any_args]
            #[automatically_derived]
            impl #impl_generics #private::Labels for #ident #ty_generics #where_clause {
                const LABELS: &'static [#private::LabelDescriptor] = &[
                    #descriptors
                ];
                #[inline(always)]
                fn index(&self) -> ::core::primitive::usize {
                    let __index = 0;
                    #places
                    __index
                }
                #[inline]
                fn visit(&self, __each: &mut impl #private::EachValue) {
                    #visits
                }
            }
            #[automatically_derived]
            impl #set_generics #runtime::LabelSet for #ident #static_args #set_bounds {
                type With<'__a> = #ident #any_args;
            }
    }
}

/// The generic arguments of the struct, with one lifetime for all of its own.
pub(super) fn arguments(label_set: &LabelSet<'_>, lifetime: &TokenStream) -> TokenStream {
    let args = label_set
        .input
        .generics
        .params
        .iter()
        .map(|param| match param {
            GenericParam::Lifetime(_) => quote!(#lifetime),
            GenericParam::Type(param) => {
                let ident = &param.ident;
                quote!(#ident)
            }
            GenericParam::Const(param) => {
                let ident = &param.ident;
                quote!(#ident)
            }
        });
    quote!(<#(#args),*>)
}
