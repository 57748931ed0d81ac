//! `[0.1, 1, 10]` or a constant: numbers in an order that a rule checks.

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::{ToTokens, quote};
use syn::{Lit, LitFloat};

use super::expand::constant;
use crate::common::{Context, Expression, Form, ends, respan};

/// What is wrong with numbers in this order.
pub(super) type Rule = fn(&[f64]) -> Option<&'static str>;

/// A list, with floats for the integers in it, or any other const expression.
pub(super) struct Floats(TokenStream);

impl Floats {
    /// The list, unless `rule` refuses it: then that is reported where it stands.
    pub(super) fn of_list(
        cx: &Context,
        value: &Expression,
        list: &[Expression],
        rule: Rule,
    ) -> Option<Self> {
        cx.is_clean(|| check(cx, value, list, rule)).then(|| {
            let floats = list.iter().map(float);
            let mut brackets = Group::new(Delimiter::Bracket, quote!(#(#floats),*));
            brackets.set_span(ends(value).0);
            Self(brackets.into_token_stream())
        })
    }

    pub(super) fn of_constant(value: &Expression) -> Self {
        Self(value.to_token_stream())
    }

    /// An expression of type `&'static [f64]`.
    pub(super) fn expand(&self) -> TokenStream {
        let floats = &self.0;
        // A reference to an array and one to a slice both come to a slice. It points at the numbers, where anything else is
        // reported.
        let reference = respan(quote!(&), ends(floats).0);
        let ty = quote!(&'static [::core::primitive::f64]);
        constant(&ty, quote!(#reference #floats))
    }
}

impl ToTokens for Floats {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

/// Checks the literals of a list where they stand. What is no literal is left to const evaluation.
fn check(cx: &Context, value: &Expression, list: &[Expression], rule: Rule) {
    if let (true, Some(broken)) = (list.is_empty(), rule(&[])) {
        cx.error(value, broken);
    }
    let mut before = None;
    for element in list {
        let value = element.number();
        let broken = match (before, value) {
            (Some(before), Some(value)) => rule(&[before, value]),
            (None, Some(value)) => rule(&[value]),
            (_, None) => None,
        };
        if let Some(broken) = broken {
            cx.error(element, broken);
        }
        before = value;
    }
}

fn float(element: &Expression) -> TokenStream {
    let (Form::Literal(Lit::Int(number)) | Form::Negative(Lit::Int(number))) = &element.form else {
        return element.to_token_stream();
    };
    if !number.suffix().is_empty() {
        return element.to_token_stream();
    }
    let float = LitFloat::new(&format!("{}.0", number.base10_digits()), number.span());
    let minus = matches!(element.form, Form::Negative(_)).then(|| quote!(-));
    quote!(#minus #float)
}
