//! `#[derive(MetricSet)]`

mod ast;
mod attr;
mod buckets;
mod checks;
mod expand;
mod floats;
mod period;
mod quantiles;
mod valid;

use proc_macro2::TokenStream;

use crate::common::{Context, code};
use crate::syntax::Item;

pub(crate) fn derive(input: &Item) -> TokenStream {
    let cx = Context::new();
    let set = ast::Set::read(&cx, input);
    let has_shape = cx.is_clean(|| valid::shape(&cx, &set));
    valid::names(&cx, &set);
    match cx.finish() {
        Err(errors) if !has_shape => expand::stub(&set, &errors),
        // With mistakes too: the parts that have none are still checked, and no use of the set fails in their wake.
        result => {
            let errors = result.err();
            let impls = expand::impls(&set);
            code!([errors, impls] #errors #impls)
        }
    }
}
