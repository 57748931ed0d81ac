//! `#[derive(LabelValue)]`

mod ast;
mod expand;
mod valid;

use proc_macro2::TokenStream;

use crate::common::Context;
use crate::syntax::Item;

pub(crate) fn derive(input: &Item) -> TokenStream {
    let cx = Context::new();
    let newtype = ast::Newtype::read(&cx, input);
    valid::check(&cx, &newtype);
    match cx.finish() {
        Ok(()) => expand::delegate(&newtype),
        Err(errors) => expand::stub(&newtype, &errors),
    }
}
