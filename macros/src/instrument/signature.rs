//! The signature of a function, read as far as it takes: patterns and types stay the tokens that they are, except the type of what
//! is returned.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{AngleBracketedGenericArguments, Lifetime, Token, Type, parenthesized, token};

use crate::syntax::{Attribute, Generics, until};

#[derive(Clone)]
pub(super) struct Signature {
    pub(super) constness: Option<Token![const]>,
    pub(super) asyncness: Option<Token![async]>,
    /// What else may stand before `fn`, and that.
    qualifiers: TokenStream,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    parentheses: token::Paren,
    pub(super) inputs: Punctuated<Input, Token![,]>,
    pub(super) output: Option<Output>,
}

/// An argument.
#[derive(Clone)]
pub(super) struct Input {
    pub(super) attrs: Vec<Attribute>,
    /// What the argument is bound to; all of it for a receiver.
    pub(super) pattern: TokenStream,
    /// The pattern, if it is nothing but a name.
    pub(super) name: Option<Ident>,
    /// From the colon on; nothing behind a receiver.
    ty: TokenStream,
}

/// What is returned.
#[derive(Clone)]
pub(super) struct Output {
    arrow: Token![->],
    pub(super) tokens: TokenStream,
    /// To look at: without what it captures.
    pub(super) ty: Type,
}

impl Parse for Signature {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let constness = input.parse()?;
        let asyncness = input.parse()?;
        let mut qualifiers = until(input, |input| input.peek(Token![fn]))?;
        input.parse::<Token![fn]>()?.to_tokens(&mut qualifiers);
        let ident = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let arguments;
        let parentheses = parenthesized!(arguments in input);
        let inputs = arguments.parse_terminated(Input::parse, Token![,])?;
        let output = match input.peek(Token![->]) {
            true => Some(input.parse()?),
            false => None,
        };
        generics.read_where(input)?;
        Ok(Self {
            constness,
            asyncness,
            qualifiers,
            ident,
            generics,
            parentheses,
            inputs,
            output,
        })
    }
}

impl ToTokens for Signature {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.constness.to_tokens(tokens);
        self.asyncness.to_tokens(tokens);
        self.qualifiers.to_tokens(tokens);
        self.ident.to_tokens(tokens);
        self.generics.to_tokens(tokens);
        let inputs = |tokens: &mut TokenStream| self.inputs.to_tokens(tokens);
        self.parentheses.surround(tokens, inputs);
        self.output.to_tokens(tokens);
        let bounds = self.generics.where_clause(&TokenStream::new());
        bounds.to_tokens(tokens);
    }
}

impl Input {
    pub(super) fn is_receiver(&self) -> bool {
        self.ty.is_empty()
    }
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::outer)?;
        let (pattern, ty) = if is_receiver(&input.fork()) {
            (
                until(input, |input| input.peek(Token![,]))?,
                TokenStream::new(),
            )
        } else {
            let pattern = until(input, |input| {
                input.peek(Token![:]) && !input.peek(Token![::])
            })?;
            let colon: Token![:] = input.parse()?;
            let ty = until(input, |input| input.peek(Token![,]))?;
            (pattern, quote!(#colon #ty))
        };
        let name = |input: ParseStream<'_>| {
            input.parse::<Option<Token![mut]>>()?;
            input.parse()
        };
        Ok(Self {
            attrs,
            name: name.parse2(pattern.clone()).ok(),
            pattern,
            ty,
        })
    }
}

impl ToTokens for Input {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attrs, pattern, ty, ..
        } = self;
        tokens.extend(quote!(#(#attrs)* #pattern #ty));
    }
}

/// Whether `self` comes behind what may stand before it; a pattern may begin with a path from `self`.
fn is_receiver(ahead: ParseStream<'_>) -> bool {
    if ahead
        .parse::<Option<Token![&]>>()
        .is_ok_and(|and| and.is_some())
    {
        let _ = ahead.parse::<Option<Lifetime>>();
    }
    let _ = ahead.parse::<Option<Token![mut]>>();
    ahead.peek(Token![self]) && !ahead.peek2(Token![::])
}

impl Parse for Output {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let arrow = input.parse()?;
        let tokens = until(input, |input| {
            input.peek(Token![where]) || input.peek(token::Brace) || input.peek(Token![;])
        })?;
        let ty = without_captures.parse2(tokens.clone())?;
        Ok(Self {
            arrow,
            tokens,
            ty: syn::parse2(ty)?,
        })
    }
}

impl ToTokens for Output {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.arrow.to_tokens(tokens);
        self.tokens.to_tokens(tokens);
    }
}

/// The type without `+ use<…>`, which syn knows with its feature `full` only.
fn without_captures(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        let plus: Option<Token![+]> = match input.peek2(Token![use]) {
            true => input.parse()?,
            false => None,
        };
        if input.parse::<Option<Token![use]>>()?.is_some() {
            input.parse::<AngleBracketedGenericArguments>()?;
            if plus.is_none() {
                input.parse::<Option<Token![+]>>()?;
            }
            continue;
        }
        let token = match input.parse()? {
            TokenTree::Group(group) => {
                let mut inner =
                    Group::new(group.delimiter(), without_captures.parse2(group.stream())?);
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            token => token,
        };
        token.to_tokens(&mut tokens);
    }
    Ok(tokens)
}
