//! `#[derive(LabelEnum)]`

mod ast;
mod attr;
mod expand;
mod valid;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::common::Context;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Context::new();
    let label_enum = ast::LabelEnum::read(&cx, input);
    valid::check(&cx, &label_enum);
    match cx.finish() {
        Ok(()) => expand::impls(&label_enum),
        Err(errors) => expand::stub(&label_enum, &errors),
    }
}
