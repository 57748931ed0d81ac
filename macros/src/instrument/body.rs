//! How a function runs, and with it what has to be wrapped so that its run is what is measured.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;

use super::ast::Function;
use super::attr::Attr;
use super::returned::{boxed_future_output, future_output};
use super::signature::Input;
use crate::syntax::Attribute;

pub(super) enum Shape<'a> {
    /// It has run when it returns.
    Sync,
    /// `async fn`, to become a function that returns a future: an async block inside an `async fn` would hold every argument
    /// twice.
    Async,
    /// `async fn` that has to stay one.
    KeptAsync,
    /// It returns a future.
    Future(&'a Type),
    /// It returns a boxed future.
    BoxedFuture(&'a Type),
}

impl<'a> Shape<'a> {
    /// `keeps_async` is whether other macros around the function may look for its `async`.
    pub(super) fn of(function: &'a Function, attr: &Attr, keeps_async: bool) -> Self {
        let output = function.signature.output.as_ref().map(|output| &output.ty);
        if function.signature.asyncness.is_some() {
            // `!` cannot be written as the output of a future yet. `must_use` would speak of the future.
            let is_never = matches!(output, Some(Type::Never(_)));
            let attrs = &function.attrs;
            let is_must_use = attrs.iter().any(|attr| attr.path.is_ident("must_use"));
            // Labels are computed outside the block, where arguments that are patterns would have no names.
            let are_labels_bound = attr.labels.is_some() && has_patterns(function);
            if keeps_async
                || is_never
                || is_must_use
                || are_labels_bound
                || attrs.iter().any(is_foreign)
            {
                return Self::KeptAsync;
            }
            return Self::Async;
        }
        if let Some(output) = output.and_then(future_output) {
            return Self::Future(output);
        }
        match output.and_then(boxed_future_output) {
            Some(output) => Self::BoxedFuture(output),
            None => Self::Sync,
        }
    }

    /// The type of the value that is judged.
    pub(super) fn output(&self, function: &'a Function) -> Option<&'a Type> {
        match self {
            Self::Sync | Self::Async | Self::KeptAsync => {
                function.signature.output.as_ref().map(|output| &output.ty)
            }
            Self::Future(output) | Self::BoxedFuture(output) => Some(output),
        }
    }
}

fn has_patterns(function: &Function) -> bool {
    let inputs = function.signature.inputs.iter();
    inputs
        .into_iter()
        .any(|input| !input.is_receiver() && input.name.is_none())
}

/// Whether an attribute is, or may hold, a macro.
pub(super) fn is_foreign(attr: &Attribute) -> bool {
    const INERT: &[&str] = &[
        "allow",
        "automatically_derived",
        "cfg",
        "cold",
        "deny",
        "deprecated",
        "doc",
        "expect",
        "export_name",
        "forbid",
        "inline",
        "link_section",
        "must_use",
        "no_mangle",
        "target_feature",
        "track_caller",
        "unsafe",
        "warn",
    ];
    const TOOLS: &[&str] = &["clippy", "diagnostic", "rustc", "rustdoc", "rustfmt"];
    let Some(first) = attr.path.idents.first() else {
        return true;
    };
    let known = if attr.path.idents.len() == 1 {
        INERT
    } else {
        TOOLS
    };
    !known.iter().any(|name| first == name)
}

/// How the body knows an argument.
pub(super) enum Argument<'a> {
    SelfValue,
    /// By this name, or by one that says that it is not used.
    Named(&'a Ident),
    /// By a name that it does not use, of which rustc has something to say.
    Unused,
    Pattern,
}

/// The arguments, and for each the attributes that say whether it is there at all.
pub(super) fn arguments<'a>(
    function: &'a Function,
    attr: &Attr,
) -> Vec<(Vec<&'a Attribute>, Argument<'a>)> {
    let mut words = HashSet::new();
    for label in attr.labels() {
        collect_words(label.value.to_token_stream(), &mut words);
    }
    collect_words(function.body.stream(), &mut words);
    let argument = |input: &'a Input| match &input.name {
        _ if input.is_receiver() => Argument::SelfValue,
        None => Argument::Pattern,
        Some(ident) => {
            let name = ident.to_string();
            if name.starts_with('_') || words.contains(&name) {
                Argument::Named(ident)
            } else {
                Argument::Unused
            }
        }
    };
    let inputs = function.signature.inputs.iter();
    inputs
        .map(|input| {
            let attrs = input.attrs.iter();
            let cfgs = attrs.filter(|attr| attr.path.is_ident("cfg"));
            (cfgs.collect(), argument(input))
        })
        .collect()
}

/// Every identifier, and every word in a literal: format strings name variables too.
fn collect_words(tokens: TokenStream, words: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect_words(group.stream(), words),
            TokenTree::Ident(ident) => {
                words.insert(ident.to_string());
            }
            TokenTree::Literal(literal) => {
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                let text = literal.to_string();
                words.extend(text.split(|c| !is_word(c)).map(str::to_owned));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// `…; Box::pin(future)` as what stands before `(future)`, and the future.
pub(super) fn split_boxed(body: &Group) -> Option<(TokenStream, TokenStream)> {
    let mut tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let Some(TokenTree::Group(future)) = tokens.pop() else {
        return None;
    };
    let [
        ..,
        TokenTree::Ident(boxed),
        TokenTree::Punct(_),
        TokenTree::Punct(_),
        TokenTree::Ident(pin),
    ] = &tokens[..]
    else {
        return None;
    };
    let is_boxed = boxed == "Box" && pin == "pin" && future.delimiter() == Delimiter::Parenthesis;
    is_boxed.then(|| (tokens.into_iter().collect(), future.stream()))
}
