//! `#[derive(LabelSet)]`

mod ast;
mod attr;
#[cfg(feature = "instrument")]
mod by_name;
mod expand;
mod valid;

use proc_macro2::TokenStream;

use crate::common::{Context, code};
use crate::syntax::Item;

pub(crate) fn derive(input: &Item) -> TokenStream {
    let cx = Context::new();
    let label_set = ast::LabelSet::read(&cx, input);
    let has_shape = cx.is_clean(|| valid::shape(&cx, &label_set));
    valid::labels(&cx, &label_set);
    let errors = cx.finish().err();
    let impls = if has_shape {
        expand::impls(&label_set)
    } else {
        expand::stub(&label_set)
    };
    #[cfg(feature = "instrument")]
    let form = errors.is_none().then(|| by_name::form(&label_set));
    #[cfg(not(feature = "instrument"))]
    let form = None::<TokenStream>;
    code!([errors, impls, form] #errors #impls #form)
}
