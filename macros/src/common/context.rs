//! Collects the mistakes of one item, so that one compile shows all of them.

use std::cell::RefCell;

use proc_macro2::TokenStream;

use super::{Tokens, code, ends, respan};

/// Panics if it is dropped before [`Context::finish`], so that no mistake is lost.
pub(crate) struct Context {
    /// A `compile_error!` for each. `None` once it was finished.
    errors: RefCell<Option<Vec<TokenStream>>>,
}

impl Context {
    pub(crate) fn new() -> Self {
        Self {
            errors: RefCell::new(Some(Vec::new())),
        }
    }

    /// Reports a mistake at these tokens.
    pub(crate) fn error(&self, at: &dyn Tokens, message: &str) {
        let (first, last) = ends(at);
        let message = respan(message.tokens(), last);
        let message = code!(last => [message] { #message });
        self.add(code!(first => [message] ::core::compile_error! #message));
    }

    pub(crate) fn push(&self, error: syn::Error) {
        self.add(error.into_compile_error());
    }

    fn add(&self, error: TokenStream) {
        if let Some(errors) = &mut *self.errors.borrow_mut() {
            errors.push(error);
        }
    }

    /// Whether `read` reports nothing.
    pub(crate) fn is_clean(&self, read: impl FnOnce()) -> bool {
        let before = self.len();
        read();
        self.len() == before
    }

    fn len(&self) -> usize {
        self.errors.borrow().as_ref().map_or(0, Vec::len)
    }

    /// All mistakes as `compile_error!`s.
    pub(crate) fn finish(self) -> Result<(), TokenStream> {
        let errors = self.errors.take().unwrap_or_default();
        match errors.is_empty() {
            true => Ok(()),
            false => Err(errors.into_iter().collect()),
        }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        if self.errors.borrow().is_some() && !std::thread::panicking() {
            panic!("mistakes were collected and not reported");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Context;
    use crate::common::code;

    #[test]
    fn all_mistakes_are_reported() {
        let cx = Context::new();
        assert!(cx.is_clean(|| {}));
        assert!(!cx.is_clean(|| cx.error(&code!([] first), "one")));
        cx.error(&code!([] second), "two");
        let errors = cx.finish().map_err(|errors| errors.to_string());
        let errors = errors.expect_err("two mistakes");
        assert_eq!(errors.matches("compile_error").count(), 2);
        assert!(errors.contains("\"one\"") && errors.contains("\"two\""));
    }

    #[test]
    #[should_panic = "not reported"]
    fn forgetting_them_panics() {
        Context::new().error(&code!([] here), "lost");
    }
}
