//! `#[derive(LabelEnum)]`

mod ast;
mod attr;
mod expand;
mod valid;

use proc_macro2::TokenStream;

use crate::common::Context;
use crate::syntax::Item;

pub(crate) fn derive(input: &Item) -> TokenStream {
    let cx = Context::new();
    let label_enum = ast::LabelEnum::read(&cx, input);
    valid::check(&cx, &label_enum);
    match cx.finish() {
        Ok(()) => expand::impls(&label_enum),
        Err(errors) => expand::stub(&label_enum, &errors),
    }
}
