//! The descriptor of a set, its storage, its handles and its place in the list of the program's sets.
//!
//! Handles and storage are separate, and nothing here ever reads a field of the user's struct: so a metric that no code
//! updates is a field that is never read, and rustc says so.

use metricset_model::name;
use proc_macro2::{Ident, Span, TokenStream};

use super::ast::{Family, Nested, Set};
use super::checks::checks;
use super::quantiles::Quantiles;
use crate::common::{Tokens, as_trait, code};
use crate::syntax::Kind;

pub(super) fn impls(set: &Set<'_>) -> TokenStream {
    let runtime = set.attr.runtime.public();
    let private = set.attr.runtime.private();
    let (ident, vis) = (&set.input.ident, &set.input.vis);

    let mut fields = TokenStream::new();
    let mut values = TokenStream::new();
    let mut visits = TokenStream::new();
    let mut handles = TokenStream::new();
    for (place, family) in set.families.iter().enumerate() {
        let (field, ty) = (family.ident, metric_type(place));
        fields.extend(code!([field, ty, private] #field: <#ty as #private::Metric>::Storage,));
        values.extend(code! {
            [field, ty, private, place]
            #field: <<#ty as #private::Metric>::Storage>::__new(&__SET.families[#place]),
        });
        visits
            .extend(code!([place, field] __visitor.family(&__SET.families[#place], &self.#field);));
        handles.extend(code! {
            [field, ty, private]
            #field: <<#ty as #private::Metric>::Handle>::__attach(&__storage.#field),
        });
    }
    for (place, nested) in set.nested.iter().enumerate() {
        let (field, ty) = (nested.ident, set_type(place));
        fields.extend(code! {
            [field, private, ty]
            #field: #private::NestedStorage<<#ty as #private::Nested>::Storage>,
        });
        values.extend(code! {
            [field, private, ty]
            #field: #private::NestedStorage::__new(
                <#ty as #private::Nested>::OPTIONAL,
                <<#ty as #private::Nested>::Storage>::__new(),
            ),
        });
        visits.extend(code!([field, place] self.#field.visit(&__SET.nested[#place], __visitor);));
        handles.extend(code! {
            [field, ty, private]
            #field: <<#ty as #private::Nested>::Handle>::__nest(
                &__storage.#field.switch,
                <<#ty as #private::Nested>::Set>::__handles(&__storage.#field.set),
            ),
        });
    }
    for (place, key) in set.partial_keys.iter().enumerate() {
        let (field, ty) = (key.ident, key_type(place));
        handles.extend(code! {
            [field, ty, private]
            #field: <<#ty as #private::IsPartialKey>::Handle>::__attach(__storage),
        });
    }

    let types = known_types(set);
    let descriptor = descriptor(set);
    let checks = checks(set);
    let is_registered = set.attr.register;
    let registered = is_registered.then(|| registered(set));
    code! {
        [runtime, private, ident, vis, types, descriptor, checks, fields, values, visits, handles, registered, is_registered]
        const _: () = {
            #types
            #descriptor
            #checks

            #[doc(hidden)]
            #vis struct __Storage {
                #fields
                __refresh: #private::Refresh,
            }
            impl __Storage {
                #[inline]
                #vis const fn __new() -> Self {
                    Self {
                        #values
                        __refresh: #private::Refresh::new(),
                    }
                }
            }
            impl #private::SetStorage for __Storage {
                fn descriptor(&self) -> &'static #private::SetDescriptor {
                    &__SET
                }
                fn visit(&'static self, __visitor: &mut dyn #private::SetVisitor) {
                    #visits
                }
                fn refresh(&'static self) -> ::core::option::Option<&'static #private::Refresh> {
                    ::core::option::Option::Some(&self.__refresh)
                }
            }

            #[automatically_derived]
            impl #ident {
                #[doc(hidden)]
                #vis const fn __handles(__storage: &'static __Storage) -> Self {
                    Self {
                        #handles
                    }
                }
                #[doc(hidden)]
                #vis const fn __nest(
                    _: &'static ::core::sync::atomic::AtomicBool,
                    __set: Self,
                ) -> Self {
                    __set
                }
            }
            #[automatically_derived]
            impl #runtime::MetricSet for #ident {
                const DESCRIPTOR: &'static #private::SetDescriptor = &__SET;
                type Storage = __Storage;
                #[inline]
                fn __storage() -> __Storage {
                    __Storage::__new()
                }
                #[inline]
                fn __handles(__storage: &'static __Storage) -> Self {
                    Self::__handles(__storage)
                }
            }
            #registered
            #private::embed_catalog!(&__SET, #is_registered);
        };
    }
}

/// The instance that the linker registers.
fn registered(set: &Set<'_>) -> TokenStream {
    let private = set.attr.runtime.private();
    let (ident, vis) = (&set.input.ident, &set.input.vis);
    code! {
        [private, ident, vis]
        static __STORAGE: __Storage = __Storage::__new();
        #private::inventory::submit!(&__STORAGE as &'static dyn #private::SetStorage);
        #[automatically_derived]
        // For a set that is called `Global`.
        #[allow(clippy::self_named_constructors)]
        impl #ident {
            /// The instance that is registered by being declared: every call returns handles to the same metrics.
            #vis const fn global() -> Self {
                Self::__handles(&__STORAGE)
            }
        }
    }
}

/// Impls that nothing calls, so that a mistake in the item's shape is not followed by others at every use. The messages stand
/// inside `global`: const evaluation that gets there ends without a message of its own.
pub(super) fn stub(set: &Set<'_>, errors: &TokenStream) -> TokenStream {
    let runtime = set.attr.runtime.public();
    let private = set.attr.runtime.private();
    let (ident, vis) = (&set.input.ident, &set.input.vis);
    let generics = &set.input.generics;
    let (declared, arguments) = (generics.declared(), generics.arguments());
    let bounds = generics.where_clause(&generics.are_static(&[Kind::Lifetime, Kind::Type]));
    code! {
        [runtime, private, ident, vis, declared, arguments, bounds, errors]
        const _: () = {
            #[doc(hidden)]
            #vis struct __Storage;
            impl __Storage {
                #vis const fn __new() -> Self {
                    Self
                }
            }
            impl #private::SetStorage for __Storage {
                fn descriptor(&self) -> &'static #private::SetDescriptor {
                    loop {}
                }
                fn visit(&'static self, _: &mut dyn #private::SetVisitor) {}
            }
            #[automatically_derived]
            impl #declared #ident #arguments #bounds {
                #[doc(hidden)]
                #vis const fn global() -> Self {
                    #errors
                    loop {}
                }
                #[doc(hidden)]
                #vis const fn __handles(_: &'static __Storage) -> Self {
                    Self::global()
                }
                #[doc(hidden)]
                #vis const fn __nest(
                    _: &'static ::core::sync::atomic::AtomicBool,
                    __set: Self,
                ) -> Self {
                    __set
                }
            }
            #[automatically_derived]
            impl #declared #runtime::MetricSet for #ident #arguments #bounds {
                const DESCRIPTOR: &'static #private::SetDescriptor = &#private::SetDescriptor::new(
                    "", "", "", &[], &[], &[], "", "", #private::Location { file: "", line: 0 },
                );
                type Storage = __Storage;
                fn __storage() -> __Storage {
                    __Storage
                }
                fn __handles(__storage: &'static __Storage) -> Self {
                    Self::__handles(__storage)
                }
            }
        };
    }
}

/// One alias for the type of each field, in which a wrong type is an error once.
fn known_types(set: &Set<'_>) -> TokenStream {
    let private = set.attr.runtime.private();
    let mut types = TokenStream::new();
    let mut alias = |alias: Ident, ty: &TokenStream, what: TokenStream| {
        let known = as_trait(ty, &code!([private, what] #private::#what));
        types.extend(code!([alias, private, ty, known] type #alias = #private::Known<#ty, { #known::KNOWN }>;));
    };
    for (place, family) in set.families.iter().enumerate() {
        alias(metric_type(place), family.ty, code!([] Metric));
    }
    for (place, nested) in set.nested.iter().enumerate() {
        alias(set_type(place), nested.ty, code!([] Nested));
    }
    for (place, key) in set.partial_keys.iter().enumerate() {
        alias(key_type(place), key.ty, code!([] IsPartialKey));
    }
    types
}

fn metric_type(place: usize) -> Ident {
    alias("__Metric", place)
}

fn set_type(place: usize) -> Ident {
    alias("__Set", place)
}

pub(super) fn key_type(place: usize) -> Ident {
    alias("__Key", place)
}

fn alias(of: &str, place: usize) -> Ident {
    Ident::new(&format!("{of}{place}"), Span::call_site())
}

fn descriptor(set: &Set<'_>) -> TokenStream {
    let private = set.attr.runtime.private();
    let name = set.input.ident.to_string();
    let docs = &set.docs;
    let prefix = set.prefix();
    let mut labels = TokenStream::new();
    for label in &set.attr.labels {
        let (name, value) = (&label.name.text, &label.value);
        labels.extend(code!([name, value] (#name, #value),));
    }
    let mut families = TokenStream::new();
    for (place, family) in set.families.iter().enumerate() {
        let family = family_descriptor(set, place, family);
        families.extend(code!([family] #family,));
    }
    let mut nested = TokenStream::new();
    for (place, inner) in set.nested.iter().enumerate() {
        let inner = nested_descriptor(set, place, inner);
        nested.extend(code!([inner] #inner,));
    }
    let location = set.attr.runtime.location(&set.input.ident);
    code! {
        [private, name, docs, prefix, labels, families, nested, location]
        const __FAMILIES: &'static [#private::FamilyDescriptor] = &[#families];
        const __NESTED: &'static [#private::NestedDescriptor] = &[#nested];
        static __SET: #private::SetDescriptor = #private::SetDescriptor::new(
            #name,
            #docs,
            #prefix,
            &[#labels],
            __FAMILIES,
            __NESTED,
            ::core::env!("CARGO_PKG_NAME"),
            ::core::module_path!(),
            #location,
        );
    }
}

fn family_descriptor(set: &Set<'_>, place: usize, family: &Family<'_>) -> TokenStream {
    let private = set.attr.runtime.private();
    let metric = metric_type(place);
    let attr = &family.attr;
    let name = &family.name.text;
    let full_name = name::join(set.prefix(), name);
    let help = &family.help;
    let location = set.attr.runtime.location(family.ident);

    let unit = attr.unit.map(|unit| {
        let unit = variant(unit);
        code!([private, unit] .with_unit(#private::Unit::#unit))
    });
    let buckets = attr.buckets.as_ref();
    let buckets = buckets
        .and_then(|buckets| buckets.expand(&private))
        .map(|bounds| code!([bounds] .with_buckets(#bounds)));
    let quantiles = attr.quantiles.as_ref();
    let quantiles = quantiles
        .and_then(Quantiles::expand)
        .map(|quantiles| code!([quantiles] .with_quantiles(#quantiles)));
    let max_age = attr.max_age.as_ref();
    let max_age = max_age
        .and_then(|age| age.value.expand())
        .map(|age| code!([age] .with_max_age(#age)));
    let age_buckets = attr.age_buckets.as_ref().map(|count| {
        let count = constant(&code!([] ::core::primitive::u32), &count.value);
        code!([count] .with_age_buckets(#count))
    });
    let sparse = attr.sparse.as_ref().map(|_| code!([].with_sparse()));
    let max_series = attr.max_series.as_ref().map(|max| {
        let max = constant(&code!([] ::core::primitive::usize), &max.value);
        code!([max] .with_max_series(#max))
    });
    let idle_timeout = attr.idle_timeout.as_ref();
    let idle_timeout = idle_timeout
        .and_then(|timeout| timeout.value.expand())
        .map(|timeout| code!([timeout] .with_idle_timeout(#timeout)));
    let mut allowed = TokenStream::new();
    for lint in set.attr.allow.iter().chain(&attr.allow) {
        let lint = variant(lint);
        allowed.extend(code!([private, lint] .with(#private::Lint::#lint)));
    }
    let allowed = (!allowed.is_empty())
        .then(|| code!([private, allowed] .with_allowed(#private::LintSet::EMPTY #allowed)));
    code! {
        [private, full_name, name, metric, help, location, unit, buckets, quantiles, max_age, age_buckets, sparse, max_series, idle_timeout, allowed]
        #private::FamilyDescriptor::new(
            #full_name,
            #name,
            <#metric as #private::Metric>::TYPE,
            <#metric as #private::Metric>::LABELS,
            #help,
            #location,
        )
        .with_observed(<#metric as #private::Metric>::OBSERVED)
        #unit #buckets #quantiles #max_age #age_buckets #sparse #max_series #idle_timeout #allowed
    }
}

/// A value of the user's as a constant: one of another type is an error about that value alone, and not about a call of ours.
pub(super) fn constant(ty: &TokenStream, value: &dyn Tokens) -> TokenStream {
    code!([ty, value] {
        const __VALUE: #ty = #value;
        __VALUE
    })
}

fn nested_descriptor(set: &Set<'_>, place: usize, nested: &Nested<'_>) -> TokenStream {
    let runtime = set.attr.runtime.public();
    let private = set.attr.runtime.private();
    let inner = set_type(place);
    let prefix = nested.attr.prefix.as_ref();
    let prefix = prefix.map_or("", |prefix| &prefix.text);
    let location = set.attr.runtime.location(nested.ident);
    code! {
        [private, prefix, inner, runtime, location]
        #private::NestedDescriptor::new(
            #prefix,
            <#inner as #private::Nested>::OPTIONAL,
            <<#inner as #private::Nested>::Set as #runtime::MetricSet>::DESCRIPTOR,
            #location,
        )
    }
}

/// The name of an enum's variant.
fn variant(value: impl std::fmt::Debug) -> Ident {
    Ident::new(&format!("{value:?}"), Span::call_site())
}
