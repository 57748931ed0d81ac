//! Which functions of the item are measured, and whether they can be.

use syn::{Attribute, Generics, Ident, Meta, MetaList, Type};

use super::ast::{Function, ImplBlock, Item, Part};
use super::attr::Attr;
use super::body::{Shape, is_foreign};
use super::returned::Head;
use crate::common::Context;

/// A function that is measured, with all that is known about it.
pub(super) struct Measured<'a> {
    pub(super) function: &'a Function,
    pub(super) attr: Attr,
    /// The value of the label `function`.
    pub(super) name: String,
    pub(super) shape: Shape<'a>,
    /// A return type that must not turn out to be a type parameter.
    pub(super) probe: Option<&'a Ident>,
}

/// For the function itself, or for each method of the block in their order; `None` for those that are left alone.
pub(super) fn functions<'a>(cx: &Context, item: &'a Item, attr: Attr) -> Vec<Option<Measured<'a>>> {
    match item {
        Item::Function(function) => {
            if let Some(skip) = &attr.skip {
                cx.error(
                    skip,
                    "`skip` leaves out a method of an annotated `impl` block: remove the whole attribute",
                );
            }
            for again in &function.own {
                cx.error(
                    again,
                    "`#[instrument_metric]` is given twice and would count every call twice: keep one of them",
                );
            }
            vec![measured(cx, function, attr, None)]
        }
        Item::Impl(block) => {
            block_arguments(cx, &attr);
            let methods = block.parts.iter().filter_map(|part| match part {
                Part::Method(method) => Some(method),
                Part::Other(_) => None,
            });
            methods
                .map(|method| {
                    let mut own = Attr::read_all(cx, &with_lists(&method.own));
                    if own.skip.is_some() {
                        return None;
                    }
                    own.runtime = own.runtime.or_else(|| attr.runtime.clone());
                    measured(cx, method, own, Some(block))
                })
                .collect()
        }
    }
}

/// `#[instrument_metric]` alone as the empty list that it means.
fn with_lists(attrs: &[Attribute]) -> Vec<Attribute> {
    let mut attrs = attrs.to_vec();
    for attr in &mut attrs {
        if let Meta::Path(path) = &attr.meta {
            attr.meta = Meta::List(MetaList {
                path: path.clone(),
                delimiter: syn::MacroDelimiter::Paren(Default::default()),
                tokens: Default::default(),
            });
        }
    }
    attrs
}

fn block_arguments(cx: &Context, attr: &Attr) {
    if let Some(skip) = &attr.skip {
        cx.error(
            skip,
            "`skip` goes on the methods that are left out: remove the whole attribute",
        );
    }
    for key in &attr.keys {
        cx.error(
            key,
            format!(
                "`{key}` is about one function: put `#[instrument_metric({key} ...)]` on the method"
            ),
        );
    }
}

fn measured<'a>(
    cx: &Context,
    function: &'a Function,
    attr: Attr,
    block: Option<&'a ImplBlock>,
) -> Option<Measured<'a>> {
    is_not_const(cx, function, block);
    is_not_track_caller(cx, function);
    judges_once(cx, &attr);
    let keeps_async = block.is_some_and(|block| block.head.attrs.iter().any(is_foreign));
    let shape = Shape::of(function, keeps_async);
    let probe = if attr.ok_if.is_none() && attr.error_if.is_none() {
        let ty = shape.output(function);
        ty.and_then(|ty| is_known(cx, ty, function, block))
    } else {
        None
    };
    let ident = &function.signature.ident;
    let name = match block.and_then(|block| type_name(&block.head.self_ty)) {
        Some(ty) => format!("{}::{}", unraw(ty), unraw(ident)),
        None => unraw(ident),
    };
    Some(Measured {
        function,
        attr,
        name,
        shape,
        probe,
    })
}

fn unraw(ident: &Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

/// What to call the type of an `impl` block, without its generic arguments.
fn type_name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        Type::Reference(reference) => type_name(&reference.elem),
        Type::Paren(paren) => type_name(&paren.elem),
        Type::Group(group) => type_name(&group.elem),
        _ => None,
    }
}

fn is_not_const(cx: &Context, function: &Function, block: Option<&ImplBlock>) {
    if let Some(token) = function.signature.constness {
        let fix = match block {
            Some(_) => "remove `const`, or add `#[instrument_metric(skip)]`",
            None => "remove `const` or the attribute",
        };
        cx.error(
            token,
            format!("a `const fn` may run in the compiler, where nothing can be recorded: {fix}"),
        );
    }
}

fn is_not_track_caller(cx: &Context, function: &Function) {
    let mut attrs = function.attrs.iter();
    if let Some(attr) = attrs.find(|attr| attr.path().is_ident("track_caller")) {
        cx.error(
            attr,
            "the body will be a closure, which does not know the caller's location: remove `#[track_caller]`, or instrument a function that this one calls",
        );
    }
}

fn judges_once(cx: &Context, attr: &Attr) {
    if attr.ok_if.is_some() && attr.error_if.is_some() {
        for key in attr.keys.iter().filter(|key| *key == "error_if") {
            cx.error(
                key,
                "`ok_if` says already what is an error: keep one of them",
            );
        }
    }
}

/// Reports a return type of which nobody can tell at the function whether it is a `Result`.
fn is_known<'a>(
    cx: &Context,
    ty: &'a Type,
    function: &'a Function,
    block: Option<&'a ImplBlock>,
) -> Option<&'a Ident> {
    let generics: Vec<&Generics> = block
        .map(|block| &block.head.generics)
        .into_iter()
        .chain([&function.signature.generics])
        .collect();
    let self_ty = block.map(|block| &*block.head.self_ty);
    match Head::of(ty, &generics, self_ty) {
        Head::Known => None,
        Head::KnownUnlessParameter(ident) => Some(ident),
        Head::Unknown(what) => {
            cx.error(
                ty,
                format!("whether {what} is a `Result` cannot be seen here: write the type itself, or say what is an error by `error_if = |value| ...`, or that nothing is by `ok_if = |_| true`"),
            );
            None
        }
    }
}
