//! `#[instrument_metric]`

mod ast;
mod attr;
mod body;
mod expand;
mod labels;
mod objective;
mod own;
mod recorder;
mod returned;
mod signature;
mod valid;

use proc_macro2::TokenStream;
use quote::quote;

use crate::common::Context;

pub(crate) fn instrument_metric(args: &TokenStream, tokens: TokenStream) -> TokenStream {
    let cx = Context::new();
    let attr = attr::Attr::read(&cx, args);
    let item = match syn::parse2::<ast::Item>(tokens.clone()) {
        Ok(item) => item,
        Err(error) => {
            cx.push(error);
            let errors = cx.finish().err();
            return quote!(#errors #tokens);
        }
    };
    let functions = valid::functions(&cx, &item, attr);
    match cx.finish() {
        Ok(()) => expand::item(&item, &functions),
        // The functions as they are written: so the mistake is the only one, and an editor knows what is in the bodies.
        Err(errors) => {
            let item = expand::unmeasured(&item);
            quote!(#errors #item)
        }
    }
}
