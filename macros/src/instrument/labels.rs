//! `labels(method = Method::from(&req), peer: &str = &peer.name, role = "client")`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{GenericArgument, Lifetime, Lit, PathArguments, Token, Type, TypePath, parse_quote};

use crate::common::{Item, Name};
use crate::syntax::{Expression, Form, Path};

pub(super) struct Label {
    pub(super) ident: Ident,
    /// As it was written, or as it can be seen in the value.
    pub(super) ty: Option<Type>,
    pub(super) value: Expression,
}

impl Item for Label {
    const KIND: &'static str = "labels with values in parentheses";
    const FORM: &'static str = "(method = Method::Get, ...)";
}

impl Parse for Label {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ident = input.call(Ident::parse_any)?;
        let ty = match input.parse::<Option<Token![:]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        input.parse::<Token![=]>()?;
        let value: Expression = input.parse()?;
        let ty = ty.or_else(|| seen_type(&value));
        Ok(Self { ident, ty, value })
    }
}

impl Label {
    pub(super) fn name(&self) -> Name {
        Name::of(&self.ident)
    }

    /// The variable that holds the value during the call.
    pub(super) fn variable(&self) -> Ident {
        format_ident!("__label_{}", self.ident.unraw())
    }

    /// The value of a label that is a string literal: a constant of the family.
    pub(super) fn constant(&self) -> Option<&Expression> {
        match &self.value.form {
            Form::Literal(Lit::Str(_)) => Some(&self.value),
            _ => None,
        }
    }

    /// The type of the field of a label set, with the lifetime `'__a` for every other, and strings by reference: a look-up
    /// needs no more.
    pub(super) fn field_type(&self) -> Option<Type> {
        let mut ty = self.ty.clone()?;
        if matches!(&ty, Type::Path(path) if path.path.is_ident("String")) {
            return Some(parse_quote!(&'__a ::core::primitive::str));
        }
        name_lifetimes(&mut ty);
        Some(ty)
    }
}

/// The type that an expression has to have, if it can be told by its tokens. The compiler still compares the two.
fn seen_type(value: &Expression) -> Option<Type> {
    match &value.form {
        Form::Path(path) | Form::Call(path) => type_of_item(path),
        Form::Cast(ty) => syn::parse2(ty.clone()).ok(),
        Form::Bool | Form::Literal(Lit::Bool(_)) => Some(parse_quote!(::core::primitive::bool)),
        _ => None,
    }
}

/// `Method` of `Method::Get` and of `Method::from`.
fn type_of_item(path: &Path) -> Option<Type> {
    let mut path: syn::Path = syn::parse2(path.to_token_stream()).ok()?;
    path.segments.pop();
    // Without the `::` that stood before the last segment.
    let last = path.segments.pop()?;
    let is_type = last
        .ident
        .unraw()
        .to_string()
        .starts_with(|c: char| c.is_uppercase());
    if !is_type || last.ident == "Self" {
        return None;
    }
    path.segments.push_value(last);
    Some(Type::Path(TypePath {
        attrs: Vec::new(),
        qself: None,
        path,
    }))
}

/// The only lifetime of the label set of a family of the function's own.
pub(super) fn set_lifetime() -> Lifetime {
    Lifetime::new("'__a", Span::call_site())
}

fn name_lifetimes(ty: &mut Type) {
    match ty {
        Type::Reference(reference) => {
            reference.lifetime = Some(set_lifetime());
            name_lifetimes(&mut reference.elem);
        }
        Type::Path(path) => {
            for segment in &mut path.path.segments {
                let PathArguments::AngleBracketed(args) = &mut segment.arguments else {
                    continue;
                };
                for arg in &mut args.args {
                    match arg {
                        GenericArgument::Lifetime(lifetime) => *lifetime = set_lifetime(),
                        GenericArgument::Type(ty) => name_lifetimes(ty),
                        _ => {}
                    }
                }
            }
        }
        _ => {}
    }
}

/// The labels' values, computed before the body.
pub(super) fn bindings<'a>(labels: impl Iterator<Item = &'a Label>) -> TokenStream {
    let bindings = labels.map(|label| {
        let (variable, value) = (label.variable(), &label.value);
        let ty = label.ty.as_ref().map(|ty| quote!(: #ty));
        quote!(let #variable #ty = #value;)
    });
    quote!(#(#bindings)*)
}
