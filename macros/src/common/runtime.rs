//! Paths into the runtime crate.

use proc_macro2::{Ident, TokenStream};

use super::{Tokens, code};
use crate::syntax::Path;

/// The runtime, under the name by which the user's crate knows it.
pub(crate) struct Runtime(TokenStream);

impl Runtime {
    /// `path` is what `crate = path` gave.
    pub(crate) fn new(path: Option<&Path>) -> Self {
        match path {
            Some(path) => Self(path.tokens()),
            None => Self(code!([] ::metricset)),
        }
    }

    /// Public items.
    pub(crate) fn public(&self) -> &TokenStream {
        &self.0
    }

    /// Where the identifier stands: the macros take the place of their own tokens.
    pub(crate) fn location(&self, at: &Ident) -> TokenStream {
        let private = self.private();
        code! {
            at.span() => [private]
            #private::Location { file: ::core::file!(), line: ::core::line!() }
        }
    }

    /// The hidden module for generated code. Its name holds no version: the runtime pins this crate exactly, and `links` keeps
    /// the runtime to one version in a program, so no other pair of them can meet.
    pub(crate) fn private(&self) -> TokenStream {
        let runtime = &self.0;
        code!([runtime] #runtime::__private)
    }
}
