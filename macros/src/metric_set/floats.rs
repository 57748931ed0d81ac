//! `[0.1, 1, 10]` or a constant: numbers in an order that a rule checks.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprArray, ExprLit, ExprUnary, Lit, LitFloat, UnOp};

use super::expand::constant;
use crate::common::{Context, ends, literal_number, respan};

/// A list, with floats for the integers in it, or any other const expression.
pub(super) struct Floats(Expr);

impl Floats {
    /// The list, unless `rule` refuses it: then that is reported where it stands.
    pub(super) fn of_list<E: std::fmt::Display>(
        cx: &Context,
        list: ExprArray,
        rule: fn(&[f64]) -> Result<(), E>,
    ) -> Option<Self> {
        cx.is_clean(|| check(cx, &list, rule))
            .then(|| Self(Expr::Array(with_floats(list))))
    }

    pub(super) fn of_constant(value: Expr) -> Self {
        Self(value)
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
fn check<E: std::fmt::Display>(cx: &Context, list: &ExprArray, rule: fn(&[f64]) -> Result<(), E>) {
    if let (true, Err(error)) = (list.elems.is_empty(), rule(&[])) {
        cx.error(list, error);
    }
    let mut before = None;
    for element in &list.elems {
        let value = number(element);
        let known: Vec<f64> = before.into_iter().chain(value).collect();
        if let (Some(_), Err(error)) = (value, rule(&known)) {
            cx.error(element, error);
        }
        before = value;
    }
}

fn number(element: &Expr) -> Option<f64> {
    match element {
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => number(expr).map(|number| -number),
        _ => literal_number(element),
    }
}

fn with_floats(mut list: ExprArray) -> ExprArray {
    list.elems.iter_mut().for_each(integer_to_float);
    list
}

fn integer_to_float(element: &mut Expr) {
    match element {
        Expr::Lit(ExprLit { lit, .. }) => {
            if let Lit::Int(number) = lit
                && number.suffix().is_empty()
            {
                *lit = Lit::Float(LitFloat::new(
                    &format!("{}.0", number.base10_digits()),
                    number.span(),
                ));
            }
        }
        Expr::Unary(ExprUnary { expr, .. }) => integer_to_float(expr),
        _ => {}
    }
}
