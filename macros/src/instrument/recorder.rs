//! What a call is recorded by: its site alone, or with it the metrics that the attribute names.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{format_ident, quote};

use super::labels::{Label, bindings};
use super::own::{METRICS, error_kind, variable_labels};
use super::valid::Measured;
use crate::common::{Given, Tokens, ends, label_method, respan};
use crate::syntax::Expression;

/// Statements that compute the labels, and `function(recorder, args)`.
pub(super) fn recorded(
    measured: &Measured<'_>,
    function: TokenStream,
    args: TokenStream,
) -> (TokenStream, TokenStream) {
    let (labels, recorder) = recorder(measured);
    let args = quote!(#recorder, #args);
    let call = match &measured.attr.in_flight {
        // Where a metric that is no gauge is reported.
        Some(given) => call(function, &given.value, args),
        None => quote!(#function(#args)),
    };
    (labels, call)
}

fn recorder(measured: &Measured<'_>) -> (TokenStream, TokenStream) {
    let attr = &measured.attr;
    if !attr.has_metrics() {
        return (TokenStream::new(), quote!(&__SITE));
    }
    let private = attr.runtime().private();
    let error = error_kind(measured);
    let has_targets = !attr.targets().is_empty();
    let bindings = if has_targets {
        bindings(attr.labels().iter())
    } else {
        bindings(variable_labels(measured))
    };
    let in_flight = match &attr.in_flight {
        Some(given) => {
            let args = into_metric(measured, given, false);
            call(quote!(#private::series), &given.value, args)
        }
        None => quote!(()),
    };
    let into = attr.into.as_ref().map(|given| {
        let args = into_metric(measured, given, true);
        let observe = quote!(#private::observe_into);
        call(observe, &given.value, quote!(#args, __ended.nanos))
    });
    let calls = attr.calls.as_ref().map(|given| {
        let args = into_metric(measured, given, true);
        call(quote!(#private::count_in), &given.value, args)
    });
    let own = attr.own.name.as_ref().map(|_| own(measured));
    let recorder = quote! {
        #private::Recording::new(&__SITE, #in_flight, move |__ended: &#private::Ended<#error>| {
            #own
            #into;
            #calls;
        })
    };
    (bindings, recorder)
}

/// Lets metrics without labels stand beside others that have some: to them a label is nothing.
pub(super) fn unlabelled(measured: &Measured<'_>) -> TokenStream {
    let attr = &measured.attr;
    if attr.labels.is_none() || attr.targets().len() < 2 {
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

/// A metric of a set, and the closure that fills in its labels by name, so that the compiler compares names and types with those
/// of the label set. How the call ended is known only when it has.
fn into_metric(
    measured: &Measured<'_>,
    metric: &Given<Expression>,
    has_ended: bool,
) -> TokenStream {
    let attr = &measured.attr;
    let private = attr.runtime().private();
    let labels = attr.labels().iter().map(|label| {
        let method = label_method(&label.name());
        let value = value(measured, label);
        quote!(.#method(#value))
    });
    let metric = &metric.value;
    let at_metric = |value: TokenStream| respan(value, resolved(ends(metric).1));
    let ending = has_ended.then(|| {
        let outcome = at_metric(quote!(__ended.outcome()));
        let outcome = call(quote!(.outcome), metric, outcome);
        let error = attr.error.as_ref().map(|_| {
            let error = at_metric(quote!(__ended.error()));
            call(quote!(.error), metric, error)
        });
        quote!(#outcome #error)
    });
    quote! {
        #metric,
        |__form| {
            use #private::{WithoutError as _, WithoutOutcome as _};
            __form #(#labels)* #ending
        }
    }
}

/// The value that was computed before the call, as a label.
fn value(measured: &Measured<'_>, label: &Label) -> TokenStream {
    let private = measured.attr.runtime().private();
    let variable = label.variable();
    let as_label = quote!(#private::AsLabel::as_label);
    call(as_label, &label.value, quote!(&#variable))
}

/// `function(args)`, pointing at the user's tokens.
fn call(function: TokenStream, at: &dyn Tokens, args: TokenStream) -> TokenStream {
    let (first, last) = ends(at);
    let function = respan(function, resolved(first));
    let mut args = Group::new(Delimiter::Parenthesis, args);
    args.set_span(resolved(last));
    quote!(#function #args)
}

/// The place of one token with the names that this macro knows.
fn resolved(span: Span) -> Span {
    span.resolved_at(Span::call_site())
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
    let observe = quote!(#private::observe_own);
    let args = quote!(#metrics.duration, #labels, __ended);
    let observe = match &measured.attr.error {
        // Where a type that is no label enum is reported.
        Some(given) => call(observe, &given.value.0, args),
        None => quote!(#observe(#args)),
    };
    quote!(#observe;)
}
