//! Names and label values as a declaration gives them: by an identifier, or by a string that replaces it.

use std::fmt::Display;

use metricset_model::NameError;
use metricset_model::name::{self, suggest};
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Ident, LitStr};

use super::Context;

/// A name, and the token that it comes from.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Name {
    /// `r#type` is `type`.
    pub(crate) fn of(ident: &Ident) -> Self {
        Self {
            text: ident.unraw().to_string(),
            span: ident.span(),
        }
    }

    pub(crate) fn given(literal: &LitStr) -> Self {
        Self {
            text: literal.value(),
            span: literal.span(),
        }
    }

    /// Reports a mistake at the name.
    pub(crate) fn error(&self, cx: &Context, message: &str) {
        cx.push(syn::Error::new(self.span, message));
    }

    /// Reports what is wrong with the name by `rule`, and what could be written instead.
    pub(crate) fn check(&self, cx: &Context, what: &str, rule: fn(&str) -> Result<(), NameError>) {
        let text = &self.text;
        let message = match rule(text) {
            Ok(()) => return,
            Err(error @ NameError::Empty) => format!("{what} {error}: write one"),
            Err(error) => match suggest(text) {
                Some(better) => format!("{what} `{text}` {error}: write `{better}`"),
                None => format!("{what} `{text}` {error}: choose another name"),
            },
        };
        self.error(cx, &message);
    }
}

/// Reports every name that was there before. Each name comes with what the message says of the first.
pub(crate) fn check_unique<'a>(
    cx: &Context,
    names: &mut dyn Iterator<Item = (&'a Name, &'a dyn Display)>,
    message: &dyn Fn(&str, &dyn Display) -> String,
) {
    let mut seen: Vec<(&str, &dyn Display)> = Vec::new();
    for (name, of) in names {
        match seen.binary_search_by(|(text, _)| (*text).cmp(&name.text)) {
            Ok(first) => name.error(cx, &message(&name.text, seen[first].1)),
            Err(place) => seen.insert(place, (&name.text, of)),
        }
    }
}

/// The method that gives a label its value, in the form of a label set.
pub(crate) fn label_method(label: &Name) -> Ident {
    match label.text.as_str() {
        // No names of methods, not even raw.
        "crate" | "self" | "super" => Ident::new(&format!("{}_", label.text), label.span),
        text if syn::parse_str::<Ident>(text).is_ok() => Ident::new(text, label.span),
        text if name::check(text).is_ok() => Ident::new_raw(text, label.span),
        // Reported.
        _ => Ident::new("_label", label.span),
    }
}

/// Checks the name of a label. What depends on the metric's type is left to const evaluation.
pub(crate) fn check_label(cx: &Context, label: &Name) {
    label.check(cx, "label", name::check_label);
}
