//! The annotated item, read as far as it takes: bodies stay the tokens that they are, so that a body which is only half typed
//! is no mistake of this macro, and an editor can help with it.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Error, Token, Type};

use super::attr::is_own;
use super::signature::Signature;
use crate::syntax::{Attribute, Generics, is_punct, visibility};

pub(super) enum Item {
    Function(Box<Function>),
    Impl(Box<ImplBlock>),
}

pub(super) struct Function {
    pub(super) attrs: Vec<Attribute>,
    /// Those of `attrs` that were `#[instrument_metric]` once more.
    pub(super) own: Vec<Attribute>,
    pub(super) vis: TokenStream,
    pub(super) signature: Signature,
    pub(super) body: Group,
}

pub(super) struct ImplBlock {
    pub(super) attrs: Vec<Attribute>,
    pub(super) generics: Generics,
    pub(super) self_ty: Type,
    /// All that stands before the braces.
    pub(super) head: TokenStream,
    pub(super) body: Group,
    pub(super) parts: Vec<Part>,
}

pub(super) enum Part {
    Method(Box<Function>),
    Other(TokenStream),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        ahead.call(Attribute::outer)?;
        ahead.parse::<Option<Token![unsafe]>>()?;
        if ahead.peek(Token![impl]) {
            return input.parse().map(|block| Self::Impl(Box::new(block)));
        }
        visibility(&ahead)?;
        if starts_function(&ahead) {
            return input
                .parse()
                .map(|function| Self::Function(Box::new(function)));
        }
        Err(Error::new(
            ahead.span(),
            "`#[instrument_metric]` goes on a function or on an `impl` block: put it on the functions themselves",
        ))
    }
}

fn starts_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    // What may stand before `fn`; a constant has no `fn` behind its `const`.
    while !ahead.is_empty() && !ahead.peek(Token![fn]) {
        let is_qualifier = ahead.peek(Token![const])
            || ahead.peek(Token![async])
            || ahead.peek(Token![unsafe])
            || ahead.peek(Token![extern])
            || ahead.peek(syn::LitStr);
        if !is_qualifier || ahead.parse::<TokenTree>().is_err() {
            return false;
        }
    }
    ahead.peek(Token![fn])
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::outer)?;
        let vis = visibility(input)?;
        let signature: Signature = input.parse()?;
        let body = match input.parse()? {
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => body,
            other => {
                return Err(Error::new_spanned(
                    other,
                    format!(
                        "`{}` has no body to measure: put `#[instrument_metric]` on the function that has",
                        signature.ident
                    ),
                ));
            }
        };
        let body = hoist_attributes(&mut attrs, &body)?;
        let (own, attrs) = attrs.into_iter().partition(is_own);
        Ok(Self {
            attrs,
            own,
            vis,
            signature,
            body,
        })
    }
}

/// Inner attributes belong to the function: the body will stand in a closure, where there may be none.
fn hoist_attributes(attrs: &mut Vec<Attribute>, body: &Group) -> syn::Result<Group> {
    let split = |input: ParseStream<'_>| {
        while input.peek(Token![#]) && input.peek2(Token![!]) {
            let pound = input.parse()?;
            input.parse::<Token![!]>()?;
            attrs.push(Attribute::behind(pound, input)?);
        }
        input.parse::<TokenStream>()
    };
    let rest = split.parse2(body.stream())?;
    let mut stripped = Group::new(Delimiter::Brace, rest);
    stripped.set_span(body.span());
    Ok(stripped)
}

impl Parse for ImplBlock {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut head: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
        let body = match head.pop() {
            Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
            other => {
                return Err(Error::new_spanned(other, "expected an `impl` block"));
            }
        };
        let head: TokenStream = head.into_iter().collect();
        let (attrs, generics, self_ty) = impl_head.parse2(head.clone())?;
        Ok(Self {
            attrs,
            generics,
            self_ty,
            head,
            parts: parts.parse2(body.stream())?,
            body,
        })
    }
}

fn impl_head(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Generics, Type)> {
    let attrs = input.call(Attribute::outer)?;
    input.parse::<Option<Token![unsafe]>>()?;
    input.parse::<Token![impl]>()?;
    let generics = input.parse()?;
    let mut self_ty = input.parse()?;
    if input.parse::<Option<Token![for]>>()?.is_some() {
        self_ty = input.parse()?;
    }
    // Where clauses.
    input.parse::<TokenStream>()?;
    Ok((attrs, generics, self_ty))
}

fn parts(input: ParseStream<'_>) -> syn::Result<Vec<Part>> {
    let mut parts = Vec::new();
    while !input.is_empty() {
        let ahead = input.fork();
        let has_attributes = ahead.call(Attribute::outer).is_ok();
        if has_attributes && visibility(&ahead).is_ok() && starts_function(&ahead) {
            parts.push(Part::Method(input.parse()?));
        } else {
            parts.push(Part::Other(other_part(input)?));
        }
    }
    Ok(parts)
}

/// An associated constant or type, or a macro: up to its semicolon or closing brace.
fn other_part(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut is_value = false;
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        is_value |= is_punct(&token, '=');
        let is_block =
            matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let is_last = is_punct(&token, ';') || (is_block && !is_value);
        token.to_tokens(&mut tokens);
        if is_last {
            break;
        }
    }
    Ok(tokens)
}
