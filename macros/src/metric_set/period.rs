//! `"10m"` or a constant: a length of time.

use proc_macro2::TokenStream;
use syn::Lit;

use super::expand::constant;
use crate::common::{Context, Tokens, code};
use crate::syntax::{Expression, Form};

pub(super) enum Period {
    Millis(u64),
    Const(TokenStream),
    /// Reported.
    Wrong,
}

/// Milliseconds of each suffix; those that end as another does come first.
const SUFFIXES: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

impl Period {
    pub(super) fn read(cx: &Context, key: &str, value: Expression) -> Self {
        let millis = match &value.form {
            Form::Literal(Lit::Str(text)) => parse(&text.value()),
            Form::Literal(_) | Form::Negative(_) => None,
            _ => return Self::Const(value.tokens()),
        };
        match millis {
            Some(millis) => Self::Millis(millis),
            None => {
                cx.error(
                    &value,
                    &format!("`{key}` takes a whole number and one of `ms`, `s`, `m`, `h`, `d`, or a constant: write `\"10m\"`"),
                );
                Self::Wrong
            }
        }
    }

    /// An expression for the duration.
    pub(super) fn expand(&self) -> Option<TokenStream> {
        match self {
            Self::Millis(millis) => {
                Some(code!([millis] ::core::time::Duration::from_millis(#millis)))
            }
            Self::Const(value) => Some(constant(&code!([] ::core::time::Duration), value)),
            Self::Wrong => None,
        }
    }
}

/// A duration in milliseconds.
fn parse(text: &str) -> Option<u64> {
    for (suffix, scale) in SUFFIXES {
        if let Some(number) = text.strip_suffix(suffix) {
            let number: u64 = number.trim_end().parse().ok()?;
            return number.checked_mul(scale);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations() {
        assert_eq!(parse("250ms"), Some(250));
        assert_eq!(parse("90s"), Some(90_000));
        assert_eq!(parse("10 m"), Some(600_000));
        assert_eq!(parse("1d"), Some(86_400_000));
        for wrong in ["", "10", "m", "-1s", "1.5h", "1w", "999999999999999999d"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
