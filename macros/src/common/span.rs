//! Generated tokens that point at the user's.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

use super::{Tokens, code};

/// Whether the name of a parameter, also of a lifetime, stands anywhere in the type.
pub(crate) fn mentions(ty: TokenStream, name: &Ident) -> bool {
    ty.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Spans of the first and of the last token.
pub(crate) fn ends(tokens: &dyn Tokens) -> (Span, Span) {
    let mut spans = tokens.tokens().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

/// The same tokens, pointing elsewhere.
pub(crate) fn respan(tokens: TokenStream, at: Span) -> TokenStream {
    let mut respanned = TokenStream::new();
    for mut token in tokens {
        token.set_span(at);
        respanned.extend([token]);
    }
    respanned
}

/// `<ty as path>`, pointing at the type: that is where one that does not fit is reported.
pub(crate) fn as_trait(ty: &TokenStream, path: &TokenStream) -> TokenStream {
    let (first, last) = ends(ty);
    let open = code!(first => [] <);
    let close = respan(code!([path] as #path >), last);
    code!([open, ty, close] #open #ty #close)
}
