//! The item again, with the bodies inside calls into the runtime.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Type, parse_quote};

use super::ast::{Function, Item, Part};
use super::body::{Argument, Shape, arguments, split_boxed};
use super::own::{self, set_ident};
use super::recorder::{recorded, unlabelled};
use super::returned::without_impl_trait;
use super::signature::Signature;
use super::valid::Measured;
use crate::common::{ends, respan};
use crate::syntax::Attribute;

pub(super) fn item(item: &Item, functions: &[Option<Measured<'_>>]) -> TokenStream {
    let mut functions = functions.iter();
    let mut next = |function: &Function| match functions.next() {
        Some(Some(measured)) => expand(measured),
        _ => unchanged(function),
    };
    match item {
        Item::Function(function) => next(function),
        Item::Impl(block) => {
            let parts = block.parts.iter().map(|part| match part {
                Part::Method(method) => next(method),
                Part::Other(tokens) => tokens.clone(),
            });
            let mut braces = Group::new(Delimiter::Brace, quote!(#(#parts)*));
            braces.set_span(block.body.span());
            let head = &block.head;
            quote!(#head #braces)
        }
    }
}

/// The item as it is without this macro. What only a label used is no mistake of its own.
pub(super) fn unmeasured(item: &Item) -> TokenStream {
    match item {
        Item::Function(function) => {
            let function = unchanged(function);
            quote!(#[allow(unused_variables)] #function)
        }
        Item::Impl(_) => self::item(item, &[]),
    }
}

fn unchanged(function: &Function) -> TokenStream {
    let Function {
        attrs,
        vis,
        signature,
        body,
        ..
    } = function;
    quote!(#(#attrs)* #vis #signature #body)
}

fn expand(measured: &Measured<'_>) -> TokenStream {
    let signature = &measured.function.signature;
    let statics = statics(measured);
    match &measured.shape {
        Shape::Async => {
            let (signature, capture) = as_future(measured);
            let (labels, run) = future(measured, &async_block(measured, &capture));
            rebuilt(measured, &signature, quote!(#statics #labels #run))
        }
        shape => {
            let run = match shape {
                Shape::KeptAsync => {
                    let block = async_block(measured, &TokenStream::new());
                    let (labels, run) = future(measured, &block);
                    quote!(#labels #run.await)
                }
                Shape::Future(_) => {
                    let body = closure(measured);
                    let (labels, run) = future(measured, &quote!((#body)()));
                    quote!(#labels #run)
                }
                Shape::BoxedFuture(_) => boxed_future(measured),
                Shape::Sync | Shape::Async => {
                    let private = measured.attr.runtime().private();
                    let (body, judge) = (closure(measured), judge(measured));
                    let call = quote!(#private::call);
                    let (labels, run) = recorded(measured, call, quote!(#body, #judge));
                    quote!(#labels #run)
                }
            };
            rebuilt(measured, signature, quote!(#statics #run))
        }
    }
}

/// The function with another body between its own braces: warnings about the function follow their span.
fn rebuilt(measured: &Measured<'_>, signature: &Signature, body: TokenStream) -> TokenStream {
    let Function { attrs, vis, .. } = measured.function;
    let mut braces = Group::new(Delimiter::Brace, body);
    braces.set_span(measured.function.body.span());
    quote!(#(#attrs)* #vis #signature #braces)
}

/// What the linker collects, and checks that cost nothing at run time.
fn statics(measured: &Measured<'_>) -> TokenStream {
    let runtime = measured.attr.runtime();
    let private = runtime.private();
    let name = &measured.name;
    let location = runtime.location(&measured.function.signature.ident);
    let probe = measured.probe.map(|ident| {
        // A type parameter cannot be named in an item of its own, and only then it could stand for a `Result` unseen.
        quote!(const _: ::core::marker::PhantomData<#ident> = ::core::marker::PhantomData;)
    });
    let attr = &measured.attr;
    let objective = attr.objective.as_ref().map(|given| {
        let objective = given.value.expand(&private);
        quote!(.with_objective(#objective))
    });
    let own = own::expand(measured);
    let unlabelled = unlabelled(measured);
    let checks = checks(measured);
    let has_own = attr.own.name.is_some();
    let calls = !has_own && attr.calls.is_none();
    let duration = !has_own && attr.into.is_none();
    let in_flight = attr.in_flight.is_none();
    let shared = calls || duration || in_flight;
    quote! {
        #probe
        #own
        #unlabelled
        #checks
        const __DESCRIPTOR: #private::FunctionDescriptor = #private::FunctionDescriptor::new(
            #name,
            ::core::env!("CARGO_PKG_NAME"),
            ::core::module_path!(),
            #location,
        ) #objective;
        #private::embed_function!(&__DESCRIPTOR, #shared);
        static __SITE: #private::FunctionSite = #private::FunctionSite::new(
            __DESCRIPTOR,
            #private::Shared { calls: #calls, duration: #duration, in_flight: #in_flight },
        );
        #private::inventory::submit!(&__SITE);
    }
}

/// What only types and constants can tell, each at the token that would be wrong.
fn checks(measured: &Measured<'_>) -> TokenStream {
    let attr = &measured.attr;
    let runtime = attr.runtime();
    let (public, private) = (runtime.public(), runtime.private());
    let mut checks = TokenStream::new();
    // Of a single metric, the labels themselves are refused.
    let targets = attr.targets();
    if let (Some(labels), None, true) = (&attr.labels, &attr.own.name, targets.len() > 1) {
        let metrics = targets.iter().map(|target| &target.value);
        let assert = respan(quote!(#private::assert_labelled), labels.key.span());
        let args = quote!((&[#(#private::labels_of(&#metrics)),*]));
        let args = respan(args, labels.key.span());
        checks.extend(quote!(static __LABELLED: () = #assert #args;));
    }
    if let Some((seconds, at)) = attr
        .objective
        .as_ref()
        .and_then(|given| given.value.bound())
    {
        let bounds = match (&attr.own.name, &attr.into) {
            (Some(_), _) => {
                let set = set_ident(&measured.function.signature.ident);
                quote!(<#set as #public::MetricSet>::DESCRIPTOR.families[0].buckets)
            }
            (None, Some(into)) => {
                let into = &into.value;
                quote!(#into.__bounds())
            }
            (None, None) => quote!(::core::option::Option::Some(#private::buckets::FUNCTION)),
        };
        let assert = respan(quote!(#private::assert_bound), at.span());
        let args = respan(quote!((#bounds, #seconds)), at.span());
        checks.extend(quote!(static __BOUND: () = #assert #args;));
    }
    checks
}

/// What tells the outcome from the returned value.
fn judge(measured: &Measured<'_>) -> TokenStream {
    let runtime = measured.attr.runtime();
    let (public, private) = (runtime.public(), runtime.private());
    let attr = &measured.attr;
    let verdict = match (&attr.ok_if, &attr.error_if, &attr.error) {
        (Some(test), ..) => {
            let test = &test.value;
            quote!(#private::ok_if(__returned, #test))
        }
        (_, Some(test), _) => {
            let test = &test.value;
            quote!(#private::error_if(__returned, #test))
        }
        (.., Some(given)) => {
            let kind = &given.value.0;
            let (first, last) = ends(kind);
            let open = respan(quote!(#private::classify::<_,), first);
            let close = respan(quote!(> (__returned)), last);
            quote!(#open #kind #close)
        }
        _ if is_never(measured) => {
            return quote!(|_| #private::Verdict::from(#public::Outcome::Ok));
        }
        _ => {
            // At the type, since that is what may not be judged.
            let at = measured.shape.output(measured.function);
            let at = at.map_or_else(Span::call_site, Spanned::span);
            let outcome = respan(quote!(__outcome), at);
            quote!({
                use #private::AnyReturn as _;
                #private::Verdict::from(#private::Returned(__returned).#outcome())
            })
        }
    };
    quote!(|__returned| #verdict)
}

/// Whether no value is ever returned; the compiler would take its type for any other.
fn is_never(measured: &Measured<'_>) -> bool {
    matches!(
        measured.shape.output(measured.function),
        Some(Type::Never(_))
    )
}

/// The statements that compute the labels, and the instrumented future.
fn future(measured: &Measured<'_>, future: &TokenStream) -> (TokenStream, TokenStream) {
    let private = measured.attr.runtime().private();
    let judge = judge(measured);
    let instrument = quote!(#private::instrument);
    recorded(measured, instrument, quote!(#future, #judge))
}

/// The body as a closure. It moves its arguments, so that what it borrows from them may be returned.
fn closure(measured: &Measured<'_>) -> TokenStream {
    let function = measured.function;
    let body = &function.body;
    let mentions = arguments(function, &measured.attr);
    let mentions = mentions.iter().rev();
    let capture: TokenStream = mentions
        .filter_map(|(cfgs, argument)| mention(cfgs, argument))
        .collect();
    let output = match &function.signature.output {
        None => Some(quote!(())),
        Some(output) => without_impl_trait(&output.ty),
    };
    // The body's own braces: a block inside of others would be one too many, of which rustc warns.
    let statements = body.stream();
    let mut block = Group::new(Delimiter::Brace, quote!(#capture #statements));
    block.set_span(body.span());
    match output {
        Some(output) => quote!(move || -> #output #block),
        None => quote!(move || #block),
    }
}

/// The body as an async block. It has no place for its type but in a `return`.
fn async_block(measured: &Measured<'_>, capture: &TokenStream) -> TokenStream {
    let function = measured.function;
    let body = &function.body;
    let statements = body.stream();
    let output: Type = match &function.signature.output {
        None => parse_quote!(()),
        Some(output) => output.ty.clone(),
    };
    let typed = match (&output, without_impl_trait(&output)) {
        (Type::Never(_), _) | (_, None) => None,
        (_, Some(known)) => {
            let span = output.span().resolved_at(Span::call_site());
            Some(quote_spanned! {span=>
                if let ::core::option::Option::Some(__returned) = ::core::option::Option::None::<#known> {
                    return __returned;
                }
            })
        }
    };
    // Where the body ends, an expression may be missing.
    let mut block = Group::new(Delimiter::Brace, quote!(#capture #typed #statements));
    block.set_span(body.span());
    quote!(async move #block)
}

/// The signature of an `async fn` as that of a function that returns a future, and what its block begins with.
fn as_future(measured: &Measured<'_>) -> (Signature, TokenStream) {
    let function = measured.function;
    let mut signature = function.signature.clone();
    signature.asyncness = None;
    let output = match &signature.output {
        None => quote!(()),
        Some(output) => output.tokens.clone(),
    };
    signature.output = Some(parse_quote!(-> impl ::core::future::Future<Output = #output>));

    let mut mentions = Vec::new();
    let mut bindings = TokenStream::new();
    let arguments = arguments(function, &measured.attr);
    for (place, (cfgs, argument)) in arguments.into_iter().enumerate() {
        if !matches!(argument, Argument::Unused | Argument::Pattern) {
            mentions.extend(mention(&cfgs, &argument));
            continue;
        }
        let outer = format_ident!("__arg{place}");
        let input = &mut signature.inputs[place];
        let inner = std::mem::replace(&mut input.pattern, quote!(#outer));
        mentions.extend(mention(&cfgs, &Argument::Named(&outer)));
        bindings.extend(match argument {
            // rustc still warns about the name, and the argument still lives as long as the call.
            Argument::Unused => quote!(#(#cfgs)* let #inner = &#outer;),
            _ => quote!(#(#cfgs)* let #inner = #outer;),
        });
    }
    let mentions = mentions.into_iter().rev();
    (signature, quote!(#(#mentions)* #bindings))
}

/// Uses an argument. A closure drops what it captured in the order of the uses, and a function drops its arguments from the last
/// to the first: so that is the order in which they are mentioned before anything else.
fn mention(cfgs: &[&Attribute], argument: &Argument<'_>) -> Option<TokenStream> {
    match argument {
        Argument::SelfValue => Some(quote!(#(#cfgs)* let _ = &self;)),
        Argument::Named(ident) => Some(quote!(#(#cfgs)* let _ = &#ident;)),
        Argument::Unused | Argument::Pattern => None,
    }
}

/// `Box::pin(future)` with the future instrumented. What is not written so is boxed once more.
fn boxed_future(measured: &Measured<'_>) -> TokenStream {
    if let Some((boxed, inner)) = split_boxed(&measured.function.body) {
        let (labels, run) = future(measured, &inner);
        return quote!(#labels #boxed(#run));
    }
    let body = closure(measured);
    let (labels, run) = future(measured, &quote!((#body)()));
    quote!(#labels ::std::boxed::Box::pin(#run))
}
