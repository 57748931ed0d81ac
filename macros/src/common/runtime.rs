//! Paths into the runtime crate.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Ident, Path};

/// The runtime, under the name by which the user's crate knows it.
pub(crate) struct Runtime(TokenStream);

impl Runtime {
    /// `path` is what `crate = path` gave.
    pub(crate) fn new(path: Option<&Path>) -> Self {
        match path {
            Some(path) => Self(quote!(#path)),
            None => Self(quote!(::metricset)),
        }
    }

    /// Public items.
    pub(crate) fn public(&self) -> &TokenStream {
        &self.0
    }

    /// Where the identifier stands: the macros take the place of their own tokens.
    pub(crate) fn location(&self, at: &Ident) -> TokenStream {
        let private = self.private();
        quote_spanned! {at.span()=>
            #private::Location { file: ::core::file!(), line: ::core::line!() }
        }
    }

    /// The hidden module for generated code. Its name holds no version: the runtime pins this crate exactly, and `links` keeps
    /// the runtime to one version in a program, so no other pair of them can meet.
    pub(crate) fn private(&self) -> TokenStream {
        let runtime = &self.0;
        quote!(#runtime::__private)
    }
}
