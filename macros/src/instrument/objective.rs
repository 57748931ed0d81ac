//! `objective(success = 99.9, latency = (0.25, 99))`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};

use crate::common::{Context, Item, Pair, unknown};
use crate::syntax::{Expression, Form};

/// `success = 99.9` or `latency = (0.25, 99)`.
pub(super) struct Goal(Pair);

impl Item for Goal {
    const KIND: &'static str = "what is to be achieved";
    const FORM: &'static str = "(success = 99.9, latency = (0.25, 99))";
}

impl Parse for Goal {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse().map(Self)
    }
}

/// What the function should achieve.
pub(super) struct Objective {
    /// Whether nothing was given.
    pub(super) is_empty: bool,
    success: Option<f64>,
    latency: Option<Latency>,
}

/// So many percent of the calls take at most so long.
struct Latency {
    /// The token, where a bound that is no bucket is reported.
    bound: TokenStream,
    seconds: f64,
    percent: f64,
}

impl Objective {
    pub(super) fn read(cx: &Context, goals: Vec<Goal>) -> Self {
        let mut read = Self {
            is_empty: goals.is_empty(),
            success: None,
            latency: None,
        };
        let mut seen = Vec::new();
        for Goal(Pair { name, value }) in goals {
            let key = name.to_string();
            if seen.contains(&key) {
                cx.error(&name, &format!("`{key}` is given twice: keep one of them"));
                continue;
            }
            match key.as_str() {
                "success" => read.success = percent(cx, &value),
                "latency" => read.latency = latency(cx, &value),
                _ => cx.error(&name, &unknown("key", &key, &["success", "latency"])),
            }
            seen.push(key);
        }
        read
    }

    /// The bound of the latency, and its token.
    pub(super) fn bound(&self) -> Option<(f64, &TokenStream)> {
        let latency = self.latency.as_ref()?;
        Some((latency.seconds, &latency.bound))
    }

    pub(super) fn expand(&self, private: &TokenStream) -> TokenStream {
        let option = |value: Option<TokenStream>| match value {
            Some(value) => quote!(::core::option::Option::Some(#value)),
            None => quote!(::core::option::Option::None),
        };
        let success = option(self.success.map(|percent| quote!(#percent)));
        let latency = option(self.latency.as_ref().map(|latency| {
            let (seconds, percent) = (latency.seconds, latency.percent);
            quote!((#seconds, #percent))
        }));
        quote!(#private::Objective::new(#success, #latency))
    }
}

fn percent(cx: &Context, value: &Expression) -> Option<f64> {
    let percent = value
        .number()
        .filter(|percent| *percent > 0.0 && *percent < 100.0);
    if percent.is_none() {
        cx.error(
            value,
            "an objective is a percentage of the calls, above 0 and below 100: write a number such as `99.9`",
        );
    }
    percent
}

fn latency(cx: &Context, value: &Expression) -> Option<Latency> {
    let expected = "`latency` takes a bound in seconds and the percentage of calls that stay within: write `latency = (0.25, 99)`";
    let Form::Tuple(pair) = &value.form else {
        cx.error(value, expected);
        return None;
    };
    let [bound, share] = &pair[..] else {
        cx.error(value, expected);
        return None;
    };
    let Some(seconds) = bound.number().filter(|seconds| *seconds >= 0.0) else {
        cx.error(bound, expected);
        return None;
    };
    let percent = percent(cx, share)?;
    Some(Latency {
        bound: bound.to_token_stream(),
        seconds,
        percent,
    })
}
