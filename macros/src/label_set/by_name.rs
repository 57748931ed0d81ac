//! The form of a label set: what instrumented functions fill in, which know the labels by their names only.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::ast::LabelSet;
use crate::common::{label_method, mentions};
use crate::syntax::Kind;

/// A struct with one type parameter for each label, `()` until the label has its value, and one method to give it.
pub(super) fn form(label_set: &LabelSet<'_>) -> TokenStream {
    let private = label_set.runtime.private();
    let ident = &label_set.input.ident;
    let form = format_ident!("__{ident}Labels");
    let generics = &label_set.input.generics;
    let (declared, arguments) = (generics.declared(), generics.arguments());
    let bounds = generics.where_clause(&TokenStream::new());
    let static_arguments = generics.arguments_with(&quote!('static));

    let labels = &label_set.labels;
    let fields: Vec<_> = labels.iter().map(|label| label.ident).collect();
    let types = labels.iter().map(|label| label.ty);
    let states: Vec<_> = (0..labels.len()).map(|i| format_ident!("__{i}")).collect();
    let none = labels.iter().map(|_| quote!(()));
    let methods = labels.iter().enumerate().map(|(place, label)| {
        let (field, ty, method) = (label.ident, label.ty, label_method(&label.name));
        let mut others = fields.clone();
        others.remove(place);
        let (before, after) = (&states[..place], &states[place + 1..]);
        let lifetimes = generics
            .params
            .iter()
            .filter(|param| param.kind == Kind::Lifetime && mentions(ty.clone(), &param.ident));
        let lifetimes = lifetimes.map(|lifetime| &lifetime.argument);
        quote! {
            #[inline(always)]
            pub fn #method<#(#lifetimes),*>(
                self,
                __value: #ty,
            ) -> #form<#(#before,)* #ty, #(#after),*> {
                #form { #field: __value, #(#others: self.#others,)* }
            }
        }
    });
    quote! {
        const _: () = {
            #[doc(hidden)]
            pub struct #form<#(#states),*> {
                #(#fields: #states,)*
            }
            #[automatically_derived]
            impl<#(#states),*> #form<#(#states),*> {
                #(#methods)*
            }
            #[automatically_derived]
            impl #private::ByName for #ident #static_arguments {
                type Empty = #form<#(#none),*>;
                const EMPTY: Self::Empty = #form { #(#fields: (),)* };
            }
            #[automatically_derived]
            impl #declared #private::Filled<#ident #arguments> for #form<#(#types),*>
            #bounds
            {
                #[inline(always)]
                fn labels(self) -> #ident #arguments {
                    #ident { #(#fields: self.#fields,)* }
                }
            }
        };
    }
}
