//! The derives of metricset: from syntax to descriptors, storage and handles.
//!
//! Only entry points live here. Every macro is a folder with the same stages: `attr` reads the grammar of its attributes,
//! `ast` is the declaration as it was understood, `valid` holds the rules that need more than one token, `expand` turns it
//! into code and cannot fail. What all of them share is in `common`. Names, units, lints and buckets are judged by
//! `metricset_model`, here for what tokens can tell and in const evaluation for what takes types.
//!
//! Documentation for users stands at the traits of the same names in `metricset`, which re-exports these macros.

#[cfg_attr(
    not(feature = "instrument"),
    expect(
        dead_code,
        unused_imports,
        reason = "the attribute alone needs some of it"
    )
)]
mod common;
#[cfg(feature = "instrument")]
mod instrument;
mod label_enum;
mod label_set;
mod label_value;
mod metric_set;
#[cfg_attr(
    not(feature = "instrument"),
    expect(
        dead_code,
        unused_imports,
        reason = "the attribute alone needs some of it"
    )
)]
mod syntax;

use proc_macro::TokenStream;
use syntax::Item;

#[expect(missing_docs, reason = "documented at the trait of the same name")]
#[proc_macro_derive(LabelEnum, attributes(label))]
pub fn label_enum(input: TokenStream) -> TokenStream {
    expand(input, label_enum::derive)
}

#[expect(missing_docs, reason = "documented at the trait of the same name")]
#[proc_macro_derive(LabelSet, attributes(label))]
pub fn label_set(input: TokenStream) -> TokenStream {
    expand(input, label_set::derive)
}

#[expect(missing_docs, reason = "documented at the trait of the same name")]
#[proc_macro_derive(LabelValue, attributes(label))]
pub fn label_value(input: TokenStream) -> TokenStream {
    expand(input, label_value::derive)
}

#[expect(missing_docs, reason = "documented at the trait of the same name")]
#[proc_macro_derive(MetricSet, attributes(metrics, metric))]
pub fn metric_set(input: TokenStream) -> TokenStream {
    expand(input, metric_set::derive)
}

#[cfg(feature = "instrument")]
#[expect(missing_docs, reason = "documented where `metricset` re-exports it")]
#[proc_macro_attribute]
pub fn instrument_metric(args: TokenStream, item: TokenStream) -> TokenStream {
    instrument::instrument_metric(&args.into(), item.into()).into()
}

fn expand(input: TokenStream, derive: fn(&Item) -> proc_macro2::TokenStream) -> TokenStream {
    match syn::parse(input) {
        Ok(input) => derive(&input).into(),
        Err(error) => error.into_compile_error().into(),
    }
}
