//! Which generic parameters an item may have.

use syn::{GenericParam, Generics, parse_quote};

use super::Context;

/// Reports every parameter that is not a lifetime.
pub(crate) fn only_lifetimes(cx: &Context, generics: &Generics, what: &str) {
    for param in &generics.params {
        let ident = match param {
            GenericParam::Lifetime(_) => continue,
            GenericParam::Type(param) => &param.ident,
            GenericParam::Const(param) => &param.ident,
        };
        cx.error(
            ident,
            &format!("{what} has no generic parameters but lifetimes: remove `{ident}`"),
        );
    }
}

/// The same parameters, all of them `'static`: what a stub needs to implement a trait that is.
pub(crate) fn all_static(generics: &Generics) -> Generics {
    let mut bounded = generics.clone();
    let bounds = &mut bounded.make_where_clause().predicates;
    for param in generics.lifetimes() {
        let lifetime = &param.lifetime;
        bounds.push(parse_quote!(#lifetime: 'static));
    }
    for param in generics.type_params() {
        let ident = &param.ident;
        bounds.push(parse_quote!(#ident: 'static));
    }
    bounded
}
