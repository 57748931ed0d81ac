//! Generated tokens that point at the user's.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::Type;

/// Whether the name of a parameter, also of a lifetime, stands anywhere in the type.
pub(crate) fn mentions(ty: &Type, name: &Ident) -> bool {
    fn any(tokens: TokenStream, name: &Ident) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Group(group) => any(group.stream(), name),
            TokenTree::Ident(ident) => ident == *name,
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    any(ty.to_token_stream(), name)
}

/// Spans of the first and of the last token.
pub(crate) fn ends(tokens: &dyn ToTokens) -> (Span, Span) {
    let tokens = tokens.to_token_stream();
    let mut spans = tokens.into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

/// The same tokens, pointing elsewhere.
pub(crate) fn respan(tokens: TokenStream, at: Span) -> TokenStream {
    let mut respanned = TokenStream::new();
    for mut token in tokens {
        token.set_span(at);
        respanned.append(token);
    }
    respanned
}

/// `<ty as path>`, pointing at the type: that is where one that does not fit is reported.
pub(crate) fn as_trait(ty: &Type, path: &TokenStream) -> TokenStream {
    let (first, last) = ends(ty);
    let open = respan(quote!(<), first);
    let close = respan(quote!(as #path >), last);
    quote!(#open #ty #close)
}
