//! Numbers in attributes.

use syn::{Expr, ExprLit, Lit};

/// The value of a literal, which may be written without a point.
pub(crate) fn literal_number(value: &Expr) -> Option<f64> {
    let Expr::Lit(ExprLit { lit, .. }) = value else {
        return None;
    };
    match lit {
        Lit::Int(number) => number.base10_parse().ok(),
        Lit::Float(number) => number.base10_parse().ok(),
        _ => None,
    }
}
