//! The impls of `LabelEnum` and of `LabelValue`.

use proc_macro2::TokenStream;
use quote::quote;

use super::ast::LabelEnum;

pub(super) fn impls(label_enum: &LabelEnum<'_>) -> TokenStream {
    let variants: Vec<_> = label_enum.values.iter().map(|value| value.ident).collect();
    let values = label_enum.values.iter().map(|value| &value.name.text);
    let places = 0..variants.len();
    let outside = match label_enum.other() {
        Some(other) => {
            let other = other.ident;
            quote!(::core::option::Option::Some(Self::#other))
        }
        None => quote!(::core::option::Option::None),
    };
    frame(
        label_enum,
        &quote! {
            match self {
                #(Self::#variants => #places,)*
            }
        },
        &quote! {
            match __value {
                #(#values => ::core::option::Option::Some(Self::#variants),)*
                _ => #outside,
            }
        },
    )
}

/// Impls that nothing calls, so that the mistakes are not followed by "trait not implemented" at every use.
pub(super) fn stub(label_enum: &LabelEnum<'_>, errors: &TokenStream) -> TokenStream {
    let frame = frame(label_enum, &quote!(loop {}), &quote!(loop {}));
    quote!(#errors #frame)
}

fn frame(
    label_enum: &LabelEnum<'_>,
    position: &TokenStream,
    from_value: &TokenStream,
) -> TokenStream {
    let runtime = label_enum.runtime.public();
    let ident = &label_enum.input.ident;
    let (impl_generics, ty_generics, where_clause) = label_enum.input.generics.split_for_impl();
    let values = label_enum.values.iter().map(|value| &value.name.text);
    quote! {
            #[automatically_derived]
            impl #impl_generics #runtime::LabelValue for #ident #ty_generics #where_clause {
                const CLOSED: ::core::option::Option<&'static [&'static ::core::primitive::str]> =
                    ::core::option::Option::Some(<Self as #runtime::LabelEnum>::VALUES);
                #[inline(always)]
                fn position(&self) -> ::core::primitive::usize {
                    #position
                }
                #[inline]
                fn with_str<__R>(
                    &self,
                    __f: impl ::core::ops::FnOnce(&::core::primitive::str) -> __R,
                ) -> __R {
                    __f(<Self as #runtime::LabelEnum>::VALUES[#runtime::LabelValue::position(self)])
                }
            }
            #[automatically_derived]
            impl #impl_generics #runtime::LabelEnum for #ident #ty_generics #where_clause {
                const VALUES: &'static [&'static ::core::primitive::str] = &[#(#values),*];
                #[inline(always)]
                fn index(self) -> ::core::primitive::usize {
                    #runtime::LabelValue::position(&self)
                }
                fn from_value(
                    __value: &::core::primitive::str,
                ) -> ::core::option::Option<Self> {
                    #from_value
                }
            }
    }
}
