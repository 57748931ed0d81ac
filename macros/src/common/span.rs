//! Generated tokens that point at the user's.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;

/// Spans of the first and of the last token.
pub(crate) fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let tokens = tokens.to_token_stream();
    let mut spans = tokens.into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

/// The same tokens, pointing elsewhere.
pub(crate) fn respan(tokens: TokenStream, at: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(at);
            token
        })
        .collect()
}

/// `<ty as path>`, pointing at the type: that is where one that does not fit is reported.
pub(crate) fn as_trait(ty: &Type, path: &TokenStream) -> TokenStream {
    let (first, last) = ends(ty);
    let open = respan(quote!(<), first);
    let close = respan(quote!(as #path >), last);
    quote!(#open #ty #close)
}
