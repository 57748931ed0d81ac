//! What the written return type tells about the value that a function returns.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{GenericArgument, Path, PathArguments, Token, Type, TypeParamBound};

use crate::syntax::{Generics, Kind};

/// Whether the compiler will know at the function if the value is a `Result`.
pub(super) enum Head<'a> {
    /// It will.
    Known,
    /// It will unless this is a type parameter of an `impl` block around the function.
    KnownUnlessParameter(&'a Ident),
    /// Only whoever calls the function knows.
    Unknown(&'static str),
}

/// Types of the language and its prelude that no one names a type parameter after.
const NOT_PARAMETERS: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize", "String",
];

impl<'a> Head<'a> {
    /// `self_ty` is what `Self` stands for, where the attribute is on the whole block.
    pub(super) fn of(ty: &'a Type, generics: &[&Generics], self_ty: Option<&'a Type>) -> Self {
        match ty {
            Type::Group(group) => Self::of(&group.elem, generics, self_ty),
            Type::Paren(paren) => Self::of(&paren.elem, generics, self_ty),
            Type::ImplTrait(_) => Self::Unknown("a type that implements a trait"),
            Type::Path(path) => match &path.qself {
                Some(_) => Self::Unknown("an associated type"),
                None => Self::of_path(&path.path, generics, self_ty),
            },
            _ => Self::Known,
        }
    }

    fn of_path(path: &'a Path, generics: &[&Generics], self_ty: Option<&'a Type>) -> Self {
        let Some(first) = path.segments.first() else {
            return Self::Known;
        };
        let is_alone = path.segments.len() == 1;
        let is_self = first.ident == "Self";
        let is_parameter = generics
            .iter()
            .flat_map(|generics| &generics.params)
            .any(|param| param.kind == Kind::Type && param.ident == first.ident);
        if path.leading_colon.is_some() {
            return Self::Known;
        }
        match (is_self, is_parameter, is_alone) {
            (true, _, true) => match self_ty {
                Some(self_ty) => Self::of(self_ty, generics, None),
                None => Self::Unknown("`Self`"),
            },
            (true, _, false) | (_, true, false) => Self::Unknown("an associated type"),
            (_, true, true) => Self::Unknown("a type parameter"),
            _ if is_alone
                && first.arguments.is_none()
                && !NOT_PARAMETERS.iter().any(|name| first.ident == name) =>
            {
                Self::KnownUnlessParameter(&first.ident)
            }
            _ => Self::Known,
        }
    }
}

/// The type with `_` for each `impl Trait` in it, as a closure may return it; `None` if nothing else is left.
pub(super) fn without_impl_trait(ty: &Type) -> Option<TokenStream> {
    if matches!(ty, Type::ImplTrait(_)) {
        return None;
    }
    let mut ty = ty.clone();
    infer_impl_trait(&mut ty);
    Some(ty.into_token_stream())
}

fn infer_impl_trait(ty: &mut Type) {
    match ty {
        Type::ImplTrait(opaque) => *ty = syn::parse_quote_spanned!(opaque.impl_token.span=> _),
        Type::Group(inner) => infer_impl_trait(&mut inner.elem),
        Type::Paren(inner) => infer_impl_trait(&mut inner.elem),
        Type::Reference(inner) => infer_impl_trait(&mut inner.elem),
        Type::Array(inner) => infer_impl_trait(&mut inner.elem),
        Type::Slice(inner) => infer_impl_trait(&mut inner.elem),
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(infer_impl_trait),
        Type::Path(path) => {
            for segment in &mut path.path.segments {
                if let PathArguments::AngleBracketed(args) = &mut segment.arguments {
                    for arg in &mut args.args {
                        if let GenericArgument::Type(ty) = arg {
                            infer_impl_trait(ty);
                        }
                    }
                }
            }
        }
        _ => {}
    }
}

/// The `Output` of `impl Future<Output = …>`.
pub(super) fn future_output(ty: &Type) -> Option<&Type> {
    match ty {
        Type::ImplTrait(opaque) => output_of(&opaque.bounds),
        _ => None,
    }
}

/// The `Output` of `Pin<Box<dyn Future<Output = …>>>`: what `#[async_trait]` leaves behind.
pub(super) fn boxed_future_output(ty: &Type) -> Option<&Type> {
    let boxed = only_argument(ty, "Pin")?;
    match only_argument(boxed, "Box")? {
        Type::TraitObject(object) => output_of(&object.bounds),
        _ => None,
    }
}

fn only_argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(args) = &last.arguments else {
        return None;
    };
    match args.args.first()? {
        GenericArgument::Type(ty) if last.ident == name => Some(ty),
        _ => None,
    }
}

fn output_of(bounds: &Punctuated<TypeParamBound, Token![+]>) -> Option<&Type> {
    bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let last = bound.path.segments.last()?;
        let PathArguments::AngleBracketed(args) = &last.arguments else {
            return None;
        };
        args.args.iter().find_map(|arg| match arg {
            GenericArgument::AssocType(assoc)
                if last.ident == "Future" && assoc.ident == "Output" =>
            {
                Some(&assoc.ty)
            }
            _ => None,
        })
    })
}
