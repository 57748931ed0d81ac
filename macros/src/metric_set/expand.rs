//! The descriptor of a set, its storage, its handles and its place in the linker's slice.
//!
//! Handles and storage are separate, and nothing here ever reads a field of the user's struct: so a metric that no code
//! updates is a field that is never read, and rustc says so.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::ast::{Family, Nested, Set};
use super::buckets::Buckets;
use crate::common::all_static;

pub(super) fn impls(set: &Set<'_>) -> TokenStream {
    let runtime = set.attr.runtime.public();
    let private = set.attr.runtime.private();
    let Set { input, docs, .. } = set;
    let (ident, vis) = (&input.ident, &input.vis);

    let name = ident.to_string();
    let prefix = set.prefix();
    let label_names = set.attr.labels.iter().map(|label| &label.name.text);
    let label_values = set.attr.labels.iter().map(|label| &label.value);
    let families = set.families.iter().map(|family| descriptor(set, family));
    let nested_sets = set
        .nested
        .iter()
        .map(|nested| nested_descriptor(set, nested));
    let location = location(&private, ident);
    let checks = checks(set);

    let metrics: Vec<_> = set.families.iter().map(|family| family.ident).collect();
    let metric_types: Vec<_> = set
        .families
        .iter()
        .map(|family| as_trait(family.ty, &quote!(#private::Metric)))
        .collect();
    let metric_places: Vec<_> = (0..metrics.len()).collect();
    let inner: Vec<_> = set.nested.iter().map(|nested| nested.ident).collect();
    let inner_types: Vec<_> = set
        .nested
        .iter()
        .map(|nested| as_trait(nested.ty, &quote!(#private::Nested)))
        .collect();
    let inner_places: Vec<_> = (0..inner.len()).collect();

    let global = set.attr.register.then(|| global(set));
    quote! {
        const _: () = {
            const __FAMILIES: &'static [#private::FamilyDescriptor] = &[#(#families),*];
            const __NESTED: &'static [#private::NestedDescriptor] = &[#(#nested_sets),*];
            static __SET: #private::SetDescriptor = #private::SetDescriptor::new(
                #name,
                #docs,
                #prefix,
                &[#((#label_names, #label_values)),*],
                __FAMILIES,
                __NESTED,
                ::core::env!("CARGO_PKG_NAME"),
                ::core::module_path!(),
                #location,
            );
            #checks

            #[doc(hidden)]
            #vis struct __Storage {
                #(#metrics: #metric_types::Storage,)*
                #(#inner: #private::NestedStorage<#inner_types::Storage>,)*
            }
            impl __Storage {
                #vis const fn __new() -> Self {
                    Self {
                        #(#metrics: <#metric_types::Storage>::__new(&__SET.families[#metric_places]),)*
                        #(#inner: #private::NestedStorage::__new(
                            #inner_types::OPTIONAL,
                            <#inner_types::Storage>::__new(),
                        ),)*
                    }
                }
            }
            impl #private::SetStorage for __Storage {
                fn descriptor(&self) -> &'static #private::SetDescriptor {
                    &__SET
                }
                fn visit(&'static self, __visitor: &mut dyn #private::SetVisitor) {
                    #(__visitor.family(&__SET.families[#metric_places], &self.#metrics);)*
                    #(self.#inner.visit(&__SET.nested[#inner_places], __visitor);)*
                }
            }

            #[automatically_derived]
            impl #ident {
                #[doc(hidden)]
                #vis const fn __handles(__storage: &'static __Storage) -> Self {
                    Self {
                        #(#metrics: <#metric_types::Handle>::__attach(&__storage.#metrics),)*
                        #(#inner: <#inner_types::Handle>::__nest(
                            &__storage.#inner.switch,
                            <#inner_types::Set>::__handles(&__storage.#inner.set),
                        ),)*
                    }
                }
                #[doc(hidden)]
                #vis const fn __nest(_: &'static ::core::sync::atomic::AtomicBool, __set: Self) -> Self {
                    __set
                }
            }
            #[automatically_derived]
            impl #runtime::MetricSet for #ident {
                const DESCRIPTOR: &'static #private::SetDescriptor = &__SET;
                type Storage = __Storage;
                fn __storage() -> __Storage {
                    __Storage::__new()
                }
                fn __handles(__storage: &'static __Storage) -> Self {
                    Self::__handles(__storage)
                }
            }
            #global
        };
    }
}

/// The instance that the linker registers.
fn global(set: &Set<'_>) -> TokenStream {
    let private = set.attr.runtime.private();
    let (ident, vis) = (&set.input.ident, &set.input.vis);
    quote! {
        static __STORAGE: __Storage = __Storage::__new();
        #[#private::linkme::distributed_slice(#private::SETS)]
        #[linkme(crate = #private::linkme)]
        static __ENTRY: &'static dyn #private::SetStorage = &__STORAGE;
        #[automatically_derived]
        impl #ident {
            /// The instance that is registered by being declared: every call returns handles to the same metrics.
            #[allow(dead_code)]
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
    let generics = all_static(&set.input.generics);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        const _: () = {
            #[doc(hidden)]
            #vis struct __Storage;
            impl #private::SetStorage for __Storage {
                fn descriptor(&self) -> &'static #private::SetDescriptor {
                    loop {}
                }
                fn visit(&'static self, _: &mut dyn #private::SetVisitor) {}
            }
            #[automatically_derived]
            impl #impl_generics #ident #ty_generics #where_clause {
                #[allow(dead_code)]
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
            impl #impl_generics #runtime::MetricSet for #ident #ty_generics #where_clause {
                const DESCRIPTOR: &'static #private::SetDescriptor = &#private::SetDescriptor::new(
                    "", "", "", &[], &[], &[], "", "", #private::Location { file: "", line: 0 },
                );
                type Storage = __Storage;
                fn __storage() -> __Storage {
                    __Storage
                }
                fn __handles(__storage: &'static __Storage) -> Self {
                    Self::global()
                }
            }
        };
    }
}

fn descriptor(set: &Set<'_>, family: &Family<'_>) -> TokenStream {
    let private = set.attr.runtime.private();
    let metric = as_trait(family.ty, &quote!(#private::Metric));
    let name = &family.name.text;
    let full_name = metricset_model::name::join(set.prefix(), name);
    let help = &family.help;
    let location = location(&private, family.ident);
    let attr = &family.attr;

    let unit = attr.unit.map(|unit| {
        let unit = variant(unit);
        quote!(.with_unit(#private::Unit::#unit))
    });
    let buckets = attr
        .buckets
        .as_ref()
        .and_then(|buckets| buckets.expand(&private))
        .map(|bounds| quote!(.with_buckets(#bounds)));
    let sparse = attr.sparse.as_ref().map(|_| quote!(.with_sparse()));
    let max_series = attr.max_series.as_ref().map(|max| {
        let max = &max.value;
        quote!(.with_max_series(#max))
    });
    let idle_timeout = attr
        .idle_timeout
        .as_ref()
        .and_then(|timeout| timeout.value.expand())
        .map(|timeout| quote!(.with_idle_timeout(#timeout)));
    let lints: Vec<_> = set
        .attr
        .allow
        .iter()
        .chain(&attr.allow)
        .map(variant)
        .collect();
    let allowed = (!lints.is_empty())
        .then(|| quote!(.with_allowed(#private::LintSet::EMPTY #(.with(#private::Lint::#lints))*)));
    quote! {
        #private::FamilyDescriptor::new(
            #full_name,
            #name,
            #metric::TYPE,
            #metric::LABELS,
            #help,
            #location,
        ) #unit #buckets #sparse #max_series #idle_timeout #allowed
    }
}

fn nested_descriptor(set: &Set<'_>, nested: &Nested<'_>) -> TokenStream {
    let runtime = set.attr.runtime.public();
    let private = set.attr.runtime.private();
    let inner = as_trait(nested.ty, &quote!(#private::Nested));
    let prefix = nested
        .attr
        .prefix
        .as_ref()
        .map_or("", |prefix| &prefix.text);
    let location = location(&private, nested.ident);
    quote! {
        #private::NestedDescriptor::new(
            #prefix,
            #inner::OPTIONAL,
            <#inner::Set as #runtime::MetricSet>::DESCRIPTOR,
            #location,
        )
    }
}

/// What only types and constants can tell, each at the token that would be wrong. A part that has a mistake already is left out.
fn checks(set: &Set<'_>) -> TokenStream {
    let private = set.attr.runtime.private();
    let mut checks = TokenStream::new();
    let mut check = |what: &str, place: usize, at: (Span, Span)| {
        let assert = format_ident!("assert_{what}");
        let function = respan(quote!(#private::check::#assert), at.0);
        let args = respan(quote!((&__SET, #place)), at.1);
        checks.extend(quote!(const _: () = #function #args;));
    };
    for (place, family) in set.families.iter().enumerate() {
        let attr = &family.attr;
        check("labels", place, ends(family.ty));
        if !attr.is_clean {
            continue;
        }
        if set.attr.is_clean && family.has_valid_name() {
            check("name", place, (family.name.span, family.name.span));
        }
        match &attr.buckets {
            Some(Buckets::Wrong) => {}
            Some(buckets) => check("buckets", place, ends(buckets)),
            None => check("buckets", place, ends(family.ty)),
        }
        let options = [
            (
                "max_series",
                attr.max_series.as_ref().map(|given| &given.key),
            ),
            (
                "idle_timeout",
                attr.idle_timeout.as_ref().map(|given| &given.key),
            ),
            ("sparse", attr.sparse.as_ref().map(|given| &given.key)),
        ];
        for (what, key) in options {
            if let Some(key) = key {
                check(what, place, ends(key));
            }
        }
    }
    for (place, nested) in set.nested.iter().enumerate() {
        check("nested", place, ends(nested.ident));
    }
    checks
}

/// Spans of the first and of the last token.
fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut spans = tokens
        .to_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}

/// The same tokens, pointing elsewhere.
fn respan(tokens: TokenStream, at: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            token.set_span(token.span().located_at(at));
            token
        })
        .collect()
}

/// `<ty as path>`, with the span of the type, so that one that does not fit is pointed at, and once.
fn as_trait(ty: &Type, path: &TokenStream) -> TokenStream {
    let span = ty.span().resolved_at(Span::call_site());
    quote_spanned!(span=> <#ty as #path>)
}

/// Where the field stands: the macros take the place of their own tokens.
fn location(private: &TokenStream, at: &Ident) -> TokenStream {
    quote_spanned! {at.span()=>
        #private::Location { file: ::core::file!(), line: ::core::line!() }
    }
}

/// The name of an enum's variant.
fn variant(value: impl std::fmt::Debug) -> Ident {
    format_ident!("{value:?}")
}
