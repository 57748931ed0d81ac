//! The item again, with the bodies inside calls into the runtime.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, ReturnType, Signature, Type, parse_quote};

use super::ast::{Function, Item, Part};
use super::body::{Argument, Shape, arguments, split_boxed};
use super::returned::without_impl_trait;
use super::valid::Measured;

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
            let parts: TokenStream = parts.collect();
            let mut tokens: Vec<TokenTree> = block.head.to_token_stream().into_iter().collect();
            if let Some(TokenTree::Group(empty)) = tokens.pop() {
                let mut braces = Group::new(Delimiter::Brace, parts);
                braces.set_span(empty.span());
                tokens.push(TokenTree::Group(braces));
            }
            tokens.into_iter().collect()
        }
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
            let (signature, capture) = as_future(measured.function);
            let run = future(measured, &async_block(measured, &capture));
            rebuilt(measured, &signature, quote!(#statics #run))
        }
        shape => {
            let run = match shape {
                Shape::KeptAsync => {
                    let run = future(measured, &async_block(measured, &TokenStream::new()));
                    quote!(#run.await)
                }
                Shape::Future(_) => {
                    let body = closure(measured);
                    future(measured, &quote!((#body)()))
                }
                Shape::BoxedFuture(_) => boxed_future(measured),
                Shape::Sync | Shape::Async => {
                    let private = measured.attr.runtime().private();
                    let (body, judge) = (closure(measured), judge(measured));
                    quote!(#private::call(&__SITE, #body, #judge))
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
    quote! {
        #probe
        static __SITE: #private::FunctionSite = #private::FunctionSite::new(
            #private::FunctionDescriptor::new(
                #name,
                ::core::env!("CARGO_PKG_NAME"),
                ::core::module_path!(),
                #location,
            ),
        );
        #[#private::linkme::distributed_slice(#private::FUNCTIONS)]
        #[linkme(crate = #private::linkme)]
        static __FUNCTION: &'static #private::FunctionSite = &__SITE;
    }
}

/// What tells the outcome from the returned value.
fn judge(measured: &Measured<'_>) -> TokenStream {
    let runtime = measured.attr.runtime();
    let (runtime, private) = (runtime.public(), runtime.private());
    let verdict = match (&measured.attr.ok_if, &measured.attr.error_if) {
        (Some(test), _) => quote!(#private::ok_if(__returned, #test)),
        (None, Some(test)) => quote!(#private::error_if(__returned, #test)),
        (None, None) if is_never(measured) => {
            return quote!(|_| #runtime::Outcome::Ok);
        }
        (None, None) => quote!({
            use #private::AnyReturn as _;
            #private::Returned(__returned).__outcome()
        }),
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

fn future(measured: &Measured<'_>, future: &TokenStream) -> TokenStream {
    let private = measured.attr.runtime().private();
    let judge = judge(measured);
    quote!(#private::instrument(&__SITE, #future, #judge))
}

/// The body as a closure. It moves its arguments, so that what it borrows from them may be returned.
fn closure(measured: &Measured<'_>) -> TokenStream {
    let function = measured.function;
    let body = &function.body;
    let capture = mention(&arguments(function));
    let output = match &function.signature.output {
        ReturnType::Default => Some(quote!(())),
        ReturnType::Type(_, ty) => without_impl_trait(ty),
    };
    match output {
        // A block is needed behind a type; around the body it may hold statements too.
        Some(output) if capture.is_empty() => quote!(move || -> #output #body),
        Some(output) => quote!(move || -> #output { #capture #body }),
        None => quote!(move || { #capture #body }),
    }
}

/// The body as an async block. It has no place for its type but in a `return`.
fn async_block(measured: &Measured<'_>, capture: &TokenStream) -> TokenStream {
    let function = measured.function;
    let body = &function.body;
    let statements = body.stream();
    let output: Type = match &function.signature.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
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
    quote!(async move { #capture #typed #statements })
}

/// The signature of an `async fn` as that of a function that returns a future, and what its block begins with.
fn as_future(function: &Function) -> (Signature, TokenStream) {
    let mut signature = function.signature.clone();
    signature.asyncness = None;
    let output = match &signature.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    };
    signature.output = parse_quote!(-> impl ::core::future::Future<Output = #output>);

    let arguments = arguments(function);
    let mut bindings = TokenStream::new();
    let mut unnamed = Vec::new();
    for (place, (input, argument)) in signature.inputs.iter_mut().zip(&arguments).enumerate() {
        let (FnArg::Typed(arg), Argument::Unused(_) | Argument::Pattern) = (input, argument) else {
            continue;
        };
        let outer = format_ident!("__arg{place}");
        let inner = std::mem::replace(&mut *arg.pat, parse_quote!(#outer));
        let attrs = &arg.attrs;
        match argument {
            // rustc still warns about the name, and the argument still lives as long as the call.
            Argument::Unused(_) => bindings.extend(quote!(#(#attrs)* let #inner = &#outer;)),
            _ => bindings.extend(quote!(#(#attrs)* let #inner = #outer;)),
        }
        unnamed.push((place, outer));
    }
    let named: Vec<_> = arguments
        .iter()
        .enumerate()
        .map(
            |(place, argument)| match unnamed.iter().find(|(other, _)| *other == place) {
                Some((_, outer)) => Argument::Named(outer),
                None => match argument {
                    Argument::SelfValue => Argument::SelfValue,
                    Argument::Named(ident) | Argument::Unused(ident) => Argument::Named(ident),
                    Argument::Pattern => Argument::Pattern,
                },
            },
        )
        .collect();
    let mention = mention(&named);
    (signature, quote!(#mention #bindings))
}

/// Uses every argument, the last one first: a closure drops what it captured in the order of the uses, and a function drops its
/// arguments from the last to the first.
fn mention(arguments: &[Argument<'_>]) -> TokenStream {
    let uses = arguments
        .iter()
        .rev()
        .filter_map(|argument| match argument {
            Argument::SelfValue => Some(quote!(self)),
            Argument::Named(ident) => Some(ident.to_token_stream()),
            Argument::Unused(_) | Argument::Pattern => None,
        });
    uses.map(|used| quote!(let _ = &#used;)).collect()
}

/// `Box::pin(future)` with the future instrumented. What is not written so is boxed once more.
fn boxed_future(measured: &Measured<'_>) -> TokenStream {
    if let Some((boxed, inner)) = split_boxed(&measured.function.body) {
        let run = future(measured, &inner);
        return quote!(#boxed(#run));
    }
    let body = closure(measured);
    let run = future(measured, &quote!((#body)()));
    quote!(::std::boxed::Box::pin(#run))
}
