//! `buckets = [0.1, 1, 10]`, `buckets = "latency"` or `buckets = BOUNDS`.

use metricset_model::buckets::{self, PRESETS};
use proc_macro2::TokenStream;
use syn::Lit;

use super::floats::Floats;
use crate::common::{Context, Tokens, code, names, unknown};
use crate::syntax::{Expression, Form};

/// Where a histogram's bounds come from.
pub(super) enum Buckets {
    /// Place in [`PRESETS`].
    Preset(usize, TokenStream),
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
                    Some(place) => Self::Preset(place, name.tokens()),
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
            Self::Preset(place, _) => {
                Some(code!([private, place] #private::buckets::PRESETS[#place].1))
            }
            Self::Bounds(bounds) => Some(bounds.expand()),
            Self::Wrong => None,
        }
    }
}

impl Tokens for Buckets {
    fn append_to(&self, code: &mut TokenStream) {
        match self {
            Self::Preset(_, name) => name.append_to(code),
            Self::Bounds(bounds) => bounds.append_to(code),
            Self::Wrong => {}
        }
    }
}
