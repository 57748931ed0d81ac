//! `#[derive(LabelValue)]`

mod ast;
mod expand;
mod valid;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::common::Context;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Context::new();
    let newtype = ast::Newtype::read(&cx, input);
    valid::check(&cx, &newtype);
    match cx.finish() {
        Ok(()) => expand::delegate(&newtype),
        Err(errors) => expand::stub(&newtype, &errors),
    }
}
