//! The impls of `LabelSet`, for the set with `'static`, and of `Labels`, which reads one with any lifetime.

use proc_macro2::TokenStream;

use super::ast::{Label, LabelSet};
use crate::common::{as_trait, code};
use crate::syntax::Kind;

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
    let (declared, arguments) = (generics.declared(), generics.arguments());
    let bounds = generics.where_clause(&TokenStream::new());

    let mut descriptors = TokenStream::new();
    let mut places = TokenStream::new();
    let mut visits = TokenStream::new();
    for label in labels {
        let (field, name) = (label.ident, &label.name.text);
        let value = as_trait(label.ty, &code!([runtime] #runtime::LabelValue));
        descriptors.extend(
            code!([private, name, value] #private::LabelDescriptor::new(#name, #value::CLOSED),),
        );
        places.extend(code! {
            [private, value, field]
            let __index = __index * #private::closed_len(#value::CLOSED)
                + #value::position(&self.#field);
        });
        visits.extend(code! {
            [value, field, private]
            #value::with_str(&self.#field, |__value| #private::EachValue::value(__each, __value));
        });
    }

    let set_declared = generics.declared_without_lifetimes();
    let set_bounds = generics.are_static(&[Kind::Type]);
    let static_arguments = generics.arguments_with(&code!([] 'static));
    let any_arguments = generics.arguments_with(&code!([] '__a));

    code! {
        [runtime, private, ident, declared, arguments, bounds, descriptors, places, visits,
            set_declared, set_bounds, static_arguments, any_arguments]
            #[automatically_derived]
            impl #declared #private::Labels for #ident #arguments #bounds {
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
            impl #set_declared #runtime::LabelSet for #ident #static_arguments where #set_bounds {
                type With<'__a> = #ident #any_arguments;
            }
    }
}
