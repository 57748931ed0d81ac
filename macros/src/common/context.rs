//! Collects the mistakes of one item, so that one compile shows all of them.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// Panics if it is dropped before [`Context::finish`], so that no mistake is lost.
pub(crate) struct Context {
    /// `None` once it was finished.
    errors: RefCell<Option<Vec<Error>>>,
}

impl Context {
    pub(crate) fn new() -> Self {
        Self {
            errors: RefCell::new(Some(Vec::new())),
        }
    }

    /// Reports a mistake at these tokens.
    pub(crate) fn error(&self, at: impl ToTokens, message: impl Display) {
        self.push(Error::new_spanned(at, message));
    }

    pub(crate) fn push(&self, error: Error) {
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
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors.iter().map(Error::to_compile_error).collect())
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
