//! Paths.

use proc_macro2::{Ident, TokenStream};
use syn::Token;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};

use super::{angle_brackets, take};
use crate::common::Tokens;

/// A path, with or without generic arguments.
#[derive(Clone)]
pub(crate) struct Path {
    /// Its names, without what stands between them.
    pub(crate) idents: Vec<Ident>,
    /// Whether it begins with a type in brackets.
    pub(super) has_self_type: bool,
    /// Whether it is nothing but names.
    is_plain: bool,
    tokens: TokenStream,
}

impl Path {
    /// Whether it is this name alone.
    pub(crate) fn is_ident(&self, name: &str) -> bool {
        matches!(&self.idents[..], [only] if self.is_plain && only == name)
    }

    /// As it stands in an expression, where generic arguments come behind `::` and a bracket without it is an operator.
    pub(super) fn in_expression(input: ParseStream<'_>) -> syn::Result<Self> {
        Self::read(input, |_| false)
    }

    fn read(
        input: ParseStream<'_>,
        are_arguments_next: fn(ParseStream<'_>) -> bool,
    ) -> syn::Result<Self> {
        let mut path = Self {
            idents: Vec::new(),
            has_self_type: input.peek(Token![<]),
            is_plain: true,
            tokens: TokenStream::new(),
        };
        if path.has_self_type {
            path.arguments(input)?;
        }
        if input.peek(Token![::]) {
            path.is_plain = false;
            path.colons(input)?;
        }
        loop {
            let ident = input.call(Ident::parse_any)?;
            ident.append_to(&mut path.tokens);
            path.idents.push(ident);
            if input.peek(Token![::]) && input.peek3(Token![<]) {
                path.colons(input)?;
                path.arguments(input)?;
            } else if are_arguments_next(input) {
                path.arguments(input)?;
            }
            if !input.peek(Token![::]) {
                return Ok(path);
            }
            path.colons(input)?;
        }
    }

    fn colons(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        take(input, 2, &mut self.tokens)
    }

    fn arguments(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        self.is_plain = false;
        self.tokens.extend(angle_brackets(input)?);
        Ok(())
    }
}

/// As it stands where a type is expected.
impl Parse for Path {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Self::read(input, |input| input.peek(Token![<]))
    }
}

impl Tokens for Path {
    fn append_to(&self, code: &mut TokenStream) {
        self.tokens.append_to(code);
    }
}
