//! `quantiles = [0, 0.5, 1]` or `quantiles = QUANTILES`.

use metricset_model::quantiles;
use proc_macro2::TokenStream;

use super::floats::Floats;
use crate::common::{Context, Tokens};
use crate::syntax::{Expression, Form};

/// Which quantiles a summary exposes.
pub(super) enum Quantiles {
    Given(Floats),
    /// Reported.
    Wrong,
}

impl Quantiles {
    pub(super) fn read(cx: &Context, value: Expression) -> Self {
        match &value.form {
            Form::List(list) => {
                let rule = |quantiles: &_| Some(quantiles::check(quantiles).err()?.rule());
                Floats::of_list(cx, &value, list, rule).map_or(Self::Wrong, Self::Given)
            }
            Form::Literal(_) | Form::Negative(_) => {
                cx.error(
                    &value,
                    "`quantiles` takes a list or a constant: write `[0.5, 0.9, 0.99]` or `QUANTILES`",
                );
                Self::Wrong
            }
            _ => Self::Given(Floats::of_constant(&value)),
        }
    }

    /// An expression of type `&'static [f64]`.
    pub(super) fn expand(&self) -> Option<TokenStream> {
        match self {
            Self::Given(quantiles) => Some(quantiles.expand()),
            Self::Wrong => None,
        }
    }
}

impl Tokens for Quantiles {
    fn append_to(&self, code: &mut TokenStream) {
        if let Self::Given(quantiles) = self {
            quantiles.append_to(code);
        }
    }
}
