//! What only types and constants can tell, as checks in const evaluation.
//!
//! Each check points at the token that would be wrong. A part whose mistake is reported already is left out, so that nothing is
//! reported twice.

use metricset_model::check;
use proc_macro2::{Ident, Span, TokenStream};

use super::ast::{Family, Set};
use super::buckets::Buckets;
use super::expand::key_type;
use super::quantiles::Quantiles;
use crate::common::{Given, code, ends, names, respan};

pub(super) fn checks(set: &Set<'_>) -> TokenStream {
    let mut checks = TokenStream::new();
    for (place, family) in set.families.iter().enumerate() {
        for (what, at) in family_checks(set, family) {
            let Some(at) = at else { continue };
            let args = match what {
                "name" => {
                    let clean_types = clean_types(set, place);
                    code!([place, clean_types] (&__SET, #place, #clean_types))
                }
                _ => code!([place] (&__SET, #place)),
            };
            checks.extend(assert(set, what, args, at));
        }
    }
    for (place, nested) in set.nested.iter().enumerate() {
        let args = code!([place] (&__SET, #place));
        checks.extend(assert(set, "nested", args, ends(nested.ident)));
    }
    for (place, key) in set.partial_keys.iter().enumerate() {
        let private = set.attr.runtime.private();
        let ty = key_type(place);
        let (first, last) = ends(key.ty);
        let function = respan(code!([private] #private::check::assert_partial_key), first);
        let args = respan(
            code!([ty, private] (&__SET, <#ty as #private::IsPartialKey>::LABELS)),
            last,
        );
        checks.extend(code!([function, args] const _: () = #function #args;));
    }
    checks
}

/// The types with which there is nothing wrong with the name of a family, as far as can be seen here.
fn clean_types(set: &Set<'_>, place: usize) -> u8 {
    let Some((family, before)) = set.families[..=place].split_last() else {
        return 0;
    };
    let before = names(before, |one| one.name.text.as_str());
    check::clean_types(set.prefix(), &set.seen(family), &before)
}

/// Which checks a family needs, and between which tokens each of them points.
fn family_checks(set: &Set<'_>, family: &Family<'_>) -> [(&'static str, Option<(Span, Span)>); 10] {
    let attr = &family.attr;
    let is_named = set.attr.is_clean && attr.is_clean && family.has_valid_name();
    let buckets = attr.buckets.as_ref();
    let wrong_buckets = matches!(buckets, Some(Buckets::Wrong));
    let quantiles = attr.quantiles.as_ref();
    let wrong_quantiles = matches!(quantiles, Some(Quantiles::Wrong));
    let is_known = attr.is_clean && !wrong_buckets && !wrong_quantiles;
    [
        ("labels", Some(ends(family.ty))),
        (
            "name",
            is_named.then_some((family.name.span, family.name.span)),
        ),
        ("complete", is_known.then(|| ends(family.ty))),
        (
            "buckets",
            buckets.filter(|_| !wrong_buckets).map(|at| ends(at)),
        ),
        (
            "quantiles",
            quantiles.filter(|_| !wrong_quantiles).map(|at| ends(at)),
        ),
        ("max_age", key(attr.max_age.as_ref())),
        ("age_buckets", key(attr.age_buckets.as_ref())),
        ("max_series", key(attr.max_series.as_ref())),
        ("idle_timeout", key(attr.idle_timeout.as_ref())),
        ("sparse", key(attr.sparse.as_ref())),
    ]
}

fn key<V>(given: Option<&Given<V>>) -> Option<(Span, Span)> {
    given.map(|given| ends(&given.key))
}

/// `const _: () = check::assert_what(args);`, where a panic points from the first to the last of two tokens.
fn assert(
    set: &Set<'_>,
    what: &str,
    args: TokenStream,
    (first, last): (Span, Span),
) -> TokenStream {
    let private = set.attr.runtime.private();
    let assert = Ident::new(&format!("assert_{what}"), Span::call_site());
    let function = respan(code!([private, assert] #private::check::#assert), first);
    let args = respan(args, last);
    code!([function, args] const _: () = #function #args;)
}
