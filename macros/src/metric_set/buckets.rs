//! `buckets = [0.1, 1, 10]`, `buckets = "latency"` or `buckets = BOUNDS`.

use metricset_model::buckets::{self, PRESETS};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Lit, LitStr};

use super::floats::Floats;
use crate::common::{Context, Expression, Form, names, unknown};

/// Where a histogram's bounds come from.
pub(super) enum Buckets {
    /// Place in [`PRESETS`].
    Preset(usize, LitStr),
    Bounds(Floats),
    /// Reported.
    Wrong,
}

impl Buckets {
    pub(super) fn read(cx: &Context, value: Expression) -> Self {
        match &value.form {
            Form::List(list) => {
                let rule = |bounds: &_| Some(buckets::check(bounds).err()?.rule());
                Floats::of_list(cx, &value, list, rule).map_or(Self::Wrong, Self::Bounds)
            }
            Form::Literal(Lit::Str(name)) => {
                let found = name.value();
                match PRESETS.iter().position(|(preset, _)| *preset == found) {
                    Some(place) => Self::Preset(place, name.clone()),
                    None => {
                        let all = names(PRESETS, |(preset, _)| *preset);
                        cx.error(name, &unknown("preset", &found, &all));
                        Self::Wrong
                    }
                }
            }
            Form::Literal(_) | Form::Negative(_) => {
                cx.error(
                    &value,
                    "`buckets` takes a list, a preset or a constant: write `[0.1, 1.0]`, `\"latency\"` or `BOUNDS`",
                );
                Self::Wrong
            }
            _ => Self::Bounds(Floats::of_constant(&value)),
        }
    }

    /// An expression for the bounds, of type `&'static [f64]`.
    pub(super) fn expand(&self, private: &TokenStream) -> Option<TokenStream> {
        match self {
            Self::Preset(place, _) => Some(quote!(#private::buckets::PRESETS[#place].1)),
            Self::Bounds(bounds) => Some(bounds.expand()),
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
