//! `buckets = [0.1, 1, 10]`, `buckets = "latency"` or `buckets = BOUNDS`.

use metricset_model::buckets::{self, PRESETS};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprArray, ExprLit, ExprUnary, Lit, LitFloat, LitStr, UnOp};

use crate::common::{Context, ends, respan, unknown};

/// Where a histogram's bounds come from.
pub(super) enum Buckets {
    /// Place in [`PRESETS`].
    Preset(usize, LitStr),
    /// A list, with floats for the integers in it, or any other const expression.
    Bounds(Expr),
    /// Reported.
    Wrong,
}

impl Buckets {
    pub(super) fn read(cx: &Context, value: Expr) -> Self {
        match value {
            Expr::Array(list) => {
                if cx.is_clean(|| check(cx, &list)) {
                    Self::Bounds(Expr::Array(with_floats(list)))
                } else {
                    Self::Wrong
                }
            }
            Expr::Lit(ExprLit {
                lit: Lit::Str(name),
                ..
            }) => {
                let found = name.value();
                match PRESETS.iter().position(|(preset, _)| *preset == found) {
                    Some(place) => Self::Preset(place, name),
                    None => {
                        let all: Vec<&str> = PRESETS.iter().map(|(preset, _)| *preset).collect();
                        cx.error(name, unknown("preset", &found, &all));
                        Self::Wrong
                    }
                }
            }
            Expr::Lit(_) => {
                cx.error(
                    value,
                    "`buckets` takes a list, a preset or a constant: write `[0.1, 1.0]`, `\"latency\"` or `BOUNDS`",
                );
                Self::Wrong
            }
            bounds => Self::Bounds(bounds),
        }
    }

    /// An expression for the bounds, of type `&'static [f64]`.
    pub(super) fn expand(&self, private: &TokenStream) -> Option<TokenStream> {
        match self {
            Self::Preset(place, _) => Some(quote!(#private::buckets::PRESETS[#place].1)),
            Self::Bounds(bounds) => {
                // A reference to an array and one to a slice both come to a slice. It points at the bounds, where anything
                // else is reported.
                let reference = respan(quote!(&), ends(bounds).0);
                Some(quote!({
                    const __BOUNDS: &'static [::core::primitive::f64] = #reference #bounds;
                    __BOUNDS
                }))
            }
            Self::Wrong => None,
        }
    }
}

impl ToTokens for Buckets {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Preset(_, name) => name.to_tokens(tokens),
            Self::Bounds(bounds) => bounds.to_tokens(tokens),
            Self::Wrong => {}
        }
    }
}

/// Checks the literals of a list where they stand. What is no literal is left to const evaluation.
fn check(cx: &Context, list: &ExprArray) {
    if let (true, Err(error)) = (list.elems.is_empty(), buckets::check(&[])) {
        cx.error(list, error);
    }
    let mut before = None;
    for bound in &list.elems {
        let value = number(bound);
        let known: Vec<f64> = before.into_iter().chain(value).collect();
        if let (Some(_), Err(error)) = (value, buckets::check(&known)) {
            cx.error(bound, error);
        }
        before = value;
    }
}

fn number(bound: &Expr) -> Option<f64> {
    match bound {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => number.base10_parse().ok(),
        Expr::Lit(ExprLit {
            lit: Lit::Float(number),
            ..
        }) => number.base10_parse().ok(),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => number(expr).map(|number| -number),
        _ => None,
    }
}

fn with_floats(mut list: ExprArray) -> ExprArray {
    list.elems.iter_mut().for_each(integer_to_float);
    list
}

fn integer_to_float(bound: &mut Expr) {
    match bound {
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
