//! The family that belongs to one function: a metric set of one field, which the derives expand and check.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{LitStr, parse_quote};

use super::labels::{Label, set_lifetime};
use super::valid::Measured;
use crate::common::{docs, ends, mentions, respan};
use crate::syntax::Item;
use crate::{label_set, metric_set};

/// The static through which the function records.
pub(super) const METRICS: &str = "__METRICS";

/// The labels that are not constant.
pub(super) fn variable_labels<'a>(measured: &'a Measured<'_>) -> impl Iterator<Item = &'a Label> {
    let labels = measured.attr.labels().iter();
    labels.filter(|label| label.constant().is_none())
}

/// The set with its label set, and the static that holds its handles; nothing if the function has no family of its own.
pub(super) fn expand(measured: &Measured<'_>) -> TokenStream {
    let own = &measured.attr.own;
    let Some(name) = &own.name else {
        return TokenStream::new();
    };
    let name = &name.value;
    let runtime = measured.attr.runtime();
    let (public, private) = (runtime.public(), runtime.private());
    let fields: Vec<_> = variable_labels(measured)
        .filter_map(|label| Some((&label.ident, label.field_type()?)))
        .collect();
    let lifetime = set_lifetime();
    let is_borrowed = fields
        .iter()
        .any(|(_, ty)| mentions(ty.to_token_stream(), &lifetime.ident));
    let declared = is_borrowed.then(|| quote!(<#lifetime>));
    let (label_set, labels) = if fields.is_empty() {
        (TokenStream::new(), quote!(()))
    } else {
        let (idents, types): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
        let declaration = quote!(struct __Labels #declared { #(#idents: #types,)* });
        let input: Item = parse_quote!(#[label(crate = #public)] #declaration);
        let impls = label_set::derive(&input);
        let fixed = is_borrowed.then(|| quote!(<'static>));
        (quote!(#declaration #impls), quote!(__Labels #fixed))
    };

    let error = error_kind(measured);
    let set = set_ident(&measured.function.signature.ident);
    // At the name, where a mistake in it is reported and its line is taken from.
    let field = Ident::new("duration", name.span());
    let options = options(measured, name);
    let prefix = own.prefix.as_ref().map(|given| {
        let prefix = &given.value;
        quote!(prefix = #prefix,)
    });
    let constants = measured.attr.labels().iter().filter_map(|label| {
        let (ident, value) = (&label.ident, label.constant()?);
        Some(quote!(#ident = #value))
    });
    let constants: Vec<_> = constants.collect();
    let constants = (!constants.is_empty()).then(|| quote!(labels(#(#constants),*),));
    let doc = docs(&measured.function.attrs);
    let family = quote! {
        #public::Family<
            #private::CallLabels<#labels, #error>,
            #public::Histogram<::core::time::Duration>,
        >
    };
    // Where a type that is no label enum is reported.
    let family = match &measured.attr.error {
        Some(given) => respan(
            family,
            ends(&given.value.0).0.resolved_at(Span::call_site()),
        ),
        None => family,
    };
    let input: Item = parse_quote! {
        #[doc = #doc]
        #[metrics(#prefix #constants crate = #public)]
        struct #set {
            #[metric(#options)]
            #field: #family,
        }
    };
    let impls = metric_set::derive(&input);
    let open = open_labels(measured, &labels);
    let metrics = format_ident!("{METRICS}");
    quote! {
        #label_set
        #[allow(non_camel_case_types)]
        struct #set { #field: #family }
        #impls
        static #metrics: #set = #set::global();
        #open
    }
}

/// Without `max_series`, every label has to be closed: a check at each of them.
fn open_labels(measured: &Measured<'_>, labels: &TokenStream) -> TokenStream {
    if measured.attr.own.max_series.is_some() {
        return TokenStream::new();
    }
    let runtime = measured.attr.runtime();
    let (public, private) = (runtime.public(), runtime.private());
    let checks = variable_labels(measured).enumerate().map(|(place, label)| {
        let check = quote! {
            #private::assert_closed(<#labels as #public::LabelSet>::LABELS, #place)
        };
        let check = respan(check, label.name().span);
        quote!(const _: () = #check;)
    });
    quote!(#(#checks)*)
}

/// The type that errors become labels by.
pub(super) fn error_kind(measured: &Measured<'_>) -> TokenStream {
    let private = measured.attr.runtime().private();
    match &measured.attr.error {
        Some(given) => {
            let kind = &given.value.0;
            quote!(#kind)
        }
        None => quote!(#private::NoError),
    }
}

/// The set bears the function's name in the catalogue.
pub(super) fn set_ident(function: &Ident) -> Ident {
    let name = syn::ext::IdentExt::unraw(function);
    Ident::new(
        &format!("__{name}"),
        Span::call_site().located_at(function.span()),
    )
}

/// The function's documentation is the help of its family, and its buckets are those of all functions, unless it says otherwise.
fn options(measured: &Measured<'_>, name: &LitStr) -> TokenStream {
    let own = &measured.attr.own;
    let help = match &own.help {
        Some(given) => given.value.clone(),
        None => LitStr::new(&docs(&measured.function.attrs), name.span()),
    };
    let buckets = match &own.buckets {
        Some(given) => {
            let (key, buckets) = (&given.key, &given.value);
            quote!(#key = #buckets)
        }
        None => quote!(buckets = "function"),
    };
    let max_series = own.max_series.as_ref().map(|given| {
        let (key, max) = (&given.key, &given.value);
        quote!(, #key = #max)
    });
    let allow = own.allow.as_ref().map(|given| {
        let (key, lints) = (&given.key, &given.value.0);
        quote!(, #key(#(#lints),*))
    });
    quote!(name = #name, help = #help, #buckets #max_series #allow)
}
