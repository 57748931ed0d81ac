//! Types in expressions, where what stands behind them is no part of them.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Lifetime, Token, token};

use super::{Path, angle_brackets, take, take_lifetime};
use crate::common::Tokens;

/// The tokens of a type behind `as`, or behind the arrow of a closure: one without `+`.
pub(super) fn without_plus(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    append(input, &mut tokens)?;
    Ok(tokens)
}

fn append(input: ParseStream<'_>, tokens: &mut TokenStream) -> syn::Result<()> {
    loop {
        // What a `macro_rules!` was given.
        if input.peek(token::Group) {
            tokens.extend([input.parse::<TokenTree>()?]);
            return Ok(());
        }
        if !stands_before_another(input) {
            break;
        }
        take(input, 1, tokens)?;
        if input.peek(Lifetime) {
            take_lifetime(input, tokens)?;
        }
    }
    let is_whole = input.peek(token::Paren)
        || input.peek(token::Bracket)
        || input.peek(Token![!])
        || input.peek(Token![_]);
    if is_whole {
        take(input, 1, tokens)?;
        return Ok(());
    }
    if input.peek(Token![for]) {
        take(input, 1, tokens)?;
        tokens.extend(angle_brackets(input)?);
        return append(input, tokens);
    }
    if input.peek(Token![fn]) {
        take(input, 1, tokens)?;
    } else {
        input.parse::<Path>()?.append_to(tokens);
    }
    // Of a function, or of a trait of functions.
    if input.peek(token::Paren) {
        take(input, 1, tokens)?;
        if input.peek(Token![->]) {
            take(input, 2, tokens)?;
            return append(input, tokens);
        }
    }
    Ok(())
}

fn stands_before_another(input: ParseStream<'_>) -> bool {
    input.peek(Token![&])
        || input.peek(Token![*])
        || input.peek(Token![mut])
        || input.peek(Token![const])
        || input.peek(Token![dyn])
        || input.peek(Token![impl])
        || input.peek(Token![unsafe])
        || input.peek(Token![?])
}
