//! `[0.1, 1, 10]` or a constant: numbers in an order that a rule checks.

use proc_macro2::{Literal, TokenStream};
use syn::Lit;

use super::expand::constant;
use crate::common::{Context, Tokens, code, ends};
use crate::syntax::{Expression, Form};

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
            let mut floats = TokenStream::new();
            for element in list {
                let float = float(element);
                floats.extend(code!([float] #float,));
            }
            let first = ends(value).0;
            Self(code!(first => [floats] [#floats]))
        })
    }

    pub(super) fn of_constant(value: &Expression) -> Self {
        Self(value.tokens())
    }

    /// An expression of type `&'static [f64]`.
    pub(super) fn expand(&self) -> TokenStream {
        let floats = &self.0;
        // A reference to an array and one to a slice both come to a slice. It points at the numbers, where anything else is
        // reported.
        let first = ends(floats).0;
        let reference = code!(first => [] &);
        let ty = code!([] &'static [::core::primitive::f64]);
        constant(&ty, &code!([reference, floats] #reference #floats))
    }
}

impl Tokens for Floats {
    fn append_to(&self, code: &mut TokenStream) {
        self.0.append_to(code);
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
        return element.tokens();
    };
    if !number.suffix().is_empty() {
        return element.tokens();
    }
    // What is too large for a float is left to the compiler.
    let Some(value) = element.number().filter(|value| value.is_finite()) else {
        return element.tokens();
    };
    let mut float = Literal::f64_unsuffixed(value.abs());
    float.set_span(number.span());
    let minus = matches!(element.form, Form::Negative(_)).then(|| code!([] -));
    code!([minus, float] #minus #float)
}
