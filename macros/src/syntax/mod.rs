//! What the macros have to see of the language.
//!
//! syn has a type for everything that can be declared, behind the feature `derive`, which takes twice as long to compile as all
//! else that is asked of it. The compiler has parsed what comes here, so most of it stays the tokens that it is.
//! `#[instrument_metric]` looks into types, and asks syn for them.

mod attribute;
mod expression;
mod generics;
mod item;
mod path;
mod ty;

pub(crate) use attribute::Attribute;
pub(crate) use expression::{Expression, Form};
pub(crate) use generics::{Generics, Kind, only_lifetimes};
pub(crate) use item::{Data, Field, Fields, Item, Variant, visibility};
pub(crate) use path::Path;
use proc_macro2::{Ident, Punct, Spacing, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Lifetime, Token};

/// Items with commas between them.
pub(crate) fn items<T: Parse>(input: ParseStream<'_>) -> syn::Result<Vec<T>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(input.parse()?);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(items)
}

/// The tokens in front of what ends a pattern, a type or its bounds. In all of them, angle brackets are brackets.
pub(crate) fn until(
    input: ParseStream<'_>,
    is_end: fn(ParseStream<'_>) -> bool,
) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut depth = 0_usize;
    while !input.is_empty() && (depth > 0 || !is_end(input)) {
        if input.peek(Token![->]) {
            take(input, 2, &mut tokens)?;
            continue;
        }
        let token: TokenTree = input.parse()?;
        if is_punct(&token, '<') {
            depth += 1;
        } else if is_punct(&token, '>') {
            depth = depth.saturating_sub(1);
        }
        tokens.extend([token]);
    }
    Ok(tokens)
}

/// `<…>`, up to the bracket that closes the first.
fn angle_brackets(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    take(input, 1, &mut tokens)?;
    tokens.extend(until(input, |input| input.peek(Token![>]))?);
    take(input, 1, &mut tokens)?;
    Ok(tokens)
}

/// Adds so many tokens of the input to those that were read. What a `macro_rules!` was given stands in a group, into which a look
/// ahead looks: so punctuation that was seen there is taken out of it.
fn take(input: ParseStream<'_>, count: usize, tokens: &mut TokenStream) -> syn::Result<()> {
    for _ in 0..count {
        let token = input.step(|cursor| {
            let punct = cursor.punct();
            let token = punct.map(|(punct, rest)| (TokenTree::from(punct), rest));
            let token = token.or_else(|| cursor.token_tree());
            token.ok_or_else(|| cursor.error("unexpected end of input"))
        })?;
        tokens.extend([token]);
    }
    Ok(())
}

/// Adds a lifetime, and returns its name.
fn take_lifetime(input: ParseStream<'_>, tokens: &mut TokenStream) -> syn::Result<Ident> {
    let lifetime: Lifetime = input.parse()?;
    let mut quote = Punct::new('\'', Spacing::Joint);
    quote.set_span(lifetime.apostrophe);
    tokens.extend([TokenTree::from(quote), lifetime.ident.clone().into()]);
    Ok(lifetime.ident)
}

pub(crate) fn is_punct(token: &TokenTree, expected: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == expected)
}

/// For `quote!`, by which `#[instrument_metric]` is expanded.
#[cfg(feature = "instrument")]
mod quoted {
    use proc_macro2::TokenStream;
    use quote::ToTokens;

    use super::{Attribute, Expression, Generics, Path};
    use crate::common::Tokens;

    macro_rules! to_tokens {
        ($($ty:ty),*) => {$(
            impl ToTokens for $ty {
                fn to_tokens(&self, tokens: &mut TokenStream) {
                    self.append_to(tokens);
                }
            }
        )*};
    }

    to_tokens!(Attribute, Expression, Generics, Path);
}
