//! Generated code that is kept as text.
//!
//! `quote!` turns each token into a call, which is the faster way to expand: so it makes the pieces for fields and labels. The frames
//! around them are expanded once for each item, and as calls they took a fifth of the time in which this crate compiles.

use proc_macro2::{Group, LexError, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};

/// As `quote!`, with the names that stand behind a `#` before the tokens: `code!([field, ty] #field: #ty,)`. There are no
/// repetitions.
macro_rules! code {
    ([$($name:ident),*] $($tokens:tt)*) => {
        $crate::common::filled(
            stringify!($($tokens)*),
            &[$((stringify!($name), &$name as &dyn ::quote::ToTokens)),*],
        )
    };
}
pub(crate) use code;

/// The tokens of a text, with a value for each `#name`.
pub(crate) fn filled(text: &str, values: &[(&str, &dyn ToTokens)]) -> TokenStream {
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
        Ok(tokens) => fill(tokens, values),
        Err(error) => syn::Error::new(Span::call_site(), error).into_compile_error(),
    }
}

fn fill(tokens: TokenStream, values: &[(&str, &dyn ToTokens)]) -> TokenStream {
    let mut code = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                code.append(Group::new(group.delimiter(), fill(group.stream(), values)));
            }
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let Some(TokenTree::Ident(name)) = tokens.peek() else {
                    code.append(punct);
                    continue;
                };
                match values.iter().find(|(known, _)| name == known) {
                    Some((_, value)) => value.to_tokens(&mut code),
                    None => code.extend(
                        syn::Error::new(
                            name.span(),
                            format!("`#{name}` has no value: name it in front"),
                        )
                        .into_compile_error(),
                    ),
                }
                tokens.next();
            }
            token => code.append(token),
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use quote::quote;

    #[test]
    fn same_tokens_as_quote() {
        let (name, ty) = (quote!(field), quote!(Vec<u8>));
        let code = code! {
            [name, ty]
            /// Bytes.
            #[inline(always)]
            fn get<'a>(#name: &'a #ty) -> &'a [u8] {
                match #name.get(..=1) {
                    Some(#name) => #name,
                    None => b"\"#name\"",
                }
            }
        };
        let quoted = quote! {
            /// Bytes.
            #[inline(always)]
            fn get<'a>(#name: &'a #ty) -> &'a [u8] {
                match #name.get(..=1) {
                    Some(#name) => #name,
                    None => b"\"#name\"",
                }
            }
        };
        // Where spaces stand is not part of the tokens.
        let [code, quoted] = [code, quoted].map(|tokens| tokens.to_string().replace(' ', ""));
        assert_eq!(code, quoted);
    }

    #[test]
    fn a_name_that_was_left_out_is_an_error() {
        let name = quote!(field);
        let code = code!([name] let #name = #value;).to_string();
        assert!(code.contains("`#value` has no value"), "{code}");
    }
}
