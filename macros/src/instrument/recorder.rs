//! What a call is recorded by: its site alone, or with it the metrics that the attribute names.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::labels::{Label, bindings};
use super::own::{METRICS, error_kind, variable_labels};
use super::valid::Measured;
use crate::common::{Given, label_method};

/// Statements that compute the labels, and the expression of the recorder.
pub(super) fn recorder(measured: &Measured<'_>) -> (TokenStream, TokenStream) {
    let attr = &measured.attr;
    if !attr.has_metrics() {
        return (TokenStream::new(), quote!(&__SITE));
    }
    let private = attr.runtime().private();
    let error = error_kind(measured);
    let has_targets = attr.targets().next().is_some();
    let bindings = if has_targets {
        bindings(attr.labels().iter())
    } else {
        bindings(variable_labels(measured))
    };
    let in_flight = match &attr.in_flight {
        Some(given) => series(measured, given, &TokenStream::new()),
        None => quote!(()),
    };
    let ending = ending(measured);
    let into = attr.into.as_ref().map(|given| {
        let series = series(measured, given, &ending);
        let observe = at(given, quote!(#private::IntoTarget::observe_nanos));
        quote!(#observe(#series, __ended.nanos);)
    });
    let calls = attr.calls.as_ref().map(|given| {
        let series = series(measured, given, &ending);
        let count = at(given, quote!(#private::CallsTarget::count));
        quote!(#count(#series);)
    });
    let own = attr.own.name.as_ref().map(|_| own(measured));
    let new = match &attr.in_flight {
        Some(given) => at(given, quote!(#private::Recording::new)),
        None => quote!(#private::Recording::new),
    };
    let recorder = quote! {
        #new(&__SITE, #in_flight, move |__ended: &#private::Ended<#error>| {
            #own
            #into
            #calls
        })
    };
    (bindings, recorder)
}

/// Lets metrics without labels stand beside others that have some: each label is nothing to them.
pub(super) fn unlabelled(measured: &Measured<'_>) -> TokenStream {
    let attr = &measured.attr;
    if attr.labels.is_none() || attr.targets().next().is_none() {
        return TokenStream::new();
    }
    let private = attr.runtime().private();
    let methods = attr.labels().iter().map(|label| {
        let method = label_method(&label.name());
        quote!(fn #method<__V>(self, _: __V) -> Self { self })
    });
    quote! {
        trait __Unlabelled: ::core::marker::Sized {
            #(#methods)*
        }
        impl __Unlabelled for #private::NoLabels {}
    }
}

/// The labels that say how the call ended.
fn ending(measured: &Measured<'_>) -> TokenStream {
    let error = measured.attr.error.as_ref().map(|given| {
        let span = given.key.span().resolved_at(Span::call_site());
        quote_spanned!(span=> .error(__ended.error()))
    });
    quote!(.outcome(__ended.outcome()) #error)
}

/// The series of a metric of a set: its labels are filled in by name, and the compiler compares names and types with the label set.
fn series(measured: &Measured<'_>, metric: &Given<Expr>, ending: &TokenStream) -> TokenStream {
    let private = measured.attr.runtime().private();
    let values = measured.attr.labels().iter().map(|label| {
        let method = label_method(&label.name());
        let value = value(measured, label);
        quote!(.#method(#value))
    });
    let metric_value = &metric.value;
    let form = at(metric, quote!(#private::form));
    let series = match &measured.attr.labels {
        Some(labels) => {
            let span = labels.key.span().resolved_at(Span::call_site());
            quote_spanned!(span=> #private::series)
        }
        None => at(metric, quote!(#private::series)),
    };
    quote!({
        use #private::{WithoutError as _, WithoutOutcome as _};
        #series(#metric_value, #form(#metric_value) #(#values)* #ending)
    })
}

/// The value that was computed before the call, as a label.
fn value(measured: &Measured<'_>, label: &Label) -> TokenStream {
    let private = measured.attr.runtime().private();
    let variable = label.variable();
    let span = label.value.span().resolved_at(Span::call_site());
    quote_spanned!(span=> #private::AsLabel::as_label(&#variable))
}

fn own(measured: &Measured<'_>) -> TokenStream {
    let private = measured.attr.runtime().private();
    let metrics = format_ident!("{METRICS}");
    let labels: Vec<_> = variable_labels(measured).collect();
    let labels = if labels.is_empty() {
        quote!(())
    } else {
        let fields = labels.iter().map(|label| &label.ident);
        let values = labels.iter().map(|label| value(measured, label));
        quote!(__Labels { #(#fields: #values,)* })
    };
    quote!(#private::observe_own(#metrics.duration, #labels, __ended);)
}

/// The same tokens at a metric, where one of the wrong type is reported.
fn at(metric: &Given<Expr>, tokens: TokenStream) -> TokenStream {
    let span = metric.value.span().resolved_at(Span::call_site());
    crate::common::respan(tokens, span)
}
