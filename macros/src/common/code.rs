//! Generated code, which is kept as text.
//!
//! `quote!` makes a call of each token. That expands in half the time, 4 µs less for a statement; what those calls and `quote`
//! itself take to compile is paid by every program, and is worth a hundred thousand statements.

use proc_macro2::{Group, Ident, LexError, Literal, Span, TokenStream, TokenTree};
use syn::LitStr;

use crate::syntax::is_punct;

/// The tokens of what follows, with the values of the names in front for what stands behind a `#`:
/// `code!([field, ty] #field: #ty,)`. There are no repetitions. `code!(span => [] …)` points elsewhere.
macro_rules! code {
    ([$($name:ident),*] $($tokens:tt)*) => {
        $crate::common::code!(::proc_macro2::Span::call_site() => [$($name),*] $($tokens)*)
    };
    ($span:expr => [$($name:ident),*] $($tokens:tt)*) => {
        $crate::common::filled(
            $span,
            stringify!($($tokens)*),
            &[$((stringify!($name), &$name as &dyn $crate::common::Tokens)),*],
        )
    };
}
pub(crate) use code;

/// What may stand behind a `#`.
pub(crate) trait Tokens {
    fn append_to(&self, code: &mut TokenStream);

    fn tokens(&self) -> TokenStream {
        let mut code = TokenStream::new();
        self.append_to(&mut code);
        code
    }
}

impl<T: Tokens + ?Sized> Tokens for &T {
    fn append_to(&self, code: &mut TokenStream) {
        (**self).append_to(code);
    }
}

/// Nothing, if there is nothing.
impl<T: Tokens> Tokens for Option<T> {
    fn append_to(&self, code: &mut TokenStream) {
        if let Some(tokens) = self {
            tokens.append_to(code);
        }
    }
}

impl Tokens for TokenStream {
    fn append_to(&self, code: &mut TokenStream) {
        code.extend([self.clone()]);
    }
}

macro_rules! single_tokens {
    ($($ty:ty: |$value:ident| $token:expr;)*) => {$(
        impl Tokens for $ty {
            fn append_to(&self, code: &mut TokenStream) {
                let $value = self;
                code.extend([TokenTree::from($token)]);
            }
        }
    )*};
}

single_tokens! {
    Ident: |ident| ident.clone();
    Group: |group| group.clone();
    Literal: |literal| literal.clone();
    LitStr: |literal| literal.token();
    str: |text| Literal::string(text);
    String: |text| Literal::string(text);
    usize: |number| Literal::usize_suffixed(*number);
    u64: |number| Literal::u64_suffixed(*number);
    u8: |number| Literal::u8_suffixed(*number);
    bool: |value| Ident::new(if *value { "true" } else { "false" }, Span::call_site());
}

/// The tokens of a text, with a value for each `#name`.
pub(crate) fn filled(at: Span, text: &str, values: &[(&str, &dyn Tokens)]) -> TokenStream {
    // The compiler is asked itself where there is one: proc_macro2 would read the text on its own first.
    let tokens = if proc_macro::is_available() {
        let tokens = text.parse::<proc_macro::TokenStream>();
        tokens
            .map(TokenStream::from)
            .map_err(|error| error.to_string())
    } else {
        text.parse().map_err(|error: LexError| error.to_string())
    };
    match tokens {
        Ok(tokens) => fill(at, tokens, values),
        Err(error) => syn::Error::new(Span::call_site(), error).into_compile_error(),
    }
}

fn fill(at: Span, tokens: TokenStream, values: &[(&str, &dyn Tokens)]) -> TokenStream {
    let mut code = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(mut token) = tokens.next() {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), fill(at, group.stream(), values)).into();
        } else if is_punct(&token, '#')
            && let Some(TokenTree::Ident(name)) = tokens.peek()
        {
            match values.iter().find(|(known, _)| name == known) {
                Some((_, value)) => value.append_to(&mut code),
                None => code.extend(
                    syn::Error::new(
                        name.span(),
                        format!("`#{name}` has no value: name it in front"),
                    )
                    .into_compile_error(),
                ),
            }
            tokens.next();
            continue;
        }
        token.set_span(at);
        code.extend([token]);
    }
    code
}

#[cfg(test)]
mod tests {
    use super::Tokens;

    #[test]
    fn values_take_the_place_of_their_names() {
        let (field, ty, text) = (code!([] field), code!([] Vec<u8>), "a \"b\"");
        let (place, is_open, none) = (1_usize, true, None::<usize>);
        let code = code! {
            [field, ty, text, place, is_open, none]
            #[inline(always)]
            fn get<'a>(#field: &'a #ty) -> &'a [u8] {
                match #field.get(..=#place) {
                    Some(#field) if #is_open #none => #field,
                    None => [b"\"#field\"", #text],
                }
            }
        };
        let expected: proc_macro2::TokenStream = r##"
            #[inline(always)]
            fn get<'a>(field: &'a Vec<u8>) -> &'a [u8] {
                match field.get(..=1usize) {
                    Some(field) if true => field,
                    None => [b"\"#field\"", "a \"b\""],
                }
            }
        "##
        .parse()
        .expect("tokens");
        // Where spaces stand is not part of the tokens.
        let [code, expected] = [code, expected].map(|tokens| tokens.to_string().replace(' ', ""));
        assert_eq!(code, expected);
    }

    #[test]
    fn a_name_that_was_left_out_is_an_error() {
        let name = code!([] field);
        let code = code!([name] let #name = #value;).tokens().to_string();
        assert!(code.contains("`#value` has no value"), "{code}");
    }
}
