//! Which functions of the item are measured, and whether they can be.

use std::fmt::Display;

use quote::ToTokens;
use syn::{Ident, Type};

use super::ast::{Function, ImplBlock, Item, Part};
use super::attr::{Attr, Own};
use super::body::{Shape, is_foreign};
use super::labels::Label;
use super::returned::Head;
use crate::common::{Context, Given, check_label, check_unique, mentions, read_keys};
use crate::syntax::{Form, Generics, Kind};

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
                    let mut own = Attr::read_all(cx, |keys| {
                        for attr in &method.own {
                            let list = attr.list(&mut |input| read_keys(cx, input, keys));
                            if let Some(Err(error)) = list {
                                cx.push(error);
                            }
                        }
                    });
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
            &format!(
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
    arguments(cx, &attr);
    label_types(cx, &attr, function, block);
    let keeps_async = block.is_some_and(|block| block.attrs.iter().any(is_foreign));
    let shape = Shape::of(function, &attr, keeps_async);
    // `error` has a trait of its own to ask.
    let is_told = attr.ok_if.is_some() || attr.error_if.is_some() || attr.error.is_some();
    let probe = if !is_told {
        let ty = shape.output(function);
        ty.and_then(|ty| is_known(cx, ty, function, block))
    } else {
        None
    };
    let ident = &function.signature.ident;
    let name = match block.and_then(|block| type_name(&block.self_ty)) {
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
            &token.to_token_stream(),
            &format!("a `const fn` may run in the compiler, where nothing can be recorded: {fix}"),
        );
    }
}

fn is_not_track_caller(cx: &Context, function: &Function) {
    let mut attrs = function.attrs.iter();
    if let Some(attr) = attrs.find(|attr| attr.path.is_ident("track_caller")) {
        cx.error(
            attr,
            "the body will be a closure, which does not know the caller's location: remove `#[track_caller]`, or instrument a function that this one calls",
        );
    }
}

fn arguments(cx: &Context, attr: &Attr) {
    own_options(cx, &attr.own);
    one_destination(cx, attr);
    judges_once(cx, attr);
    targets(cx, attr);
    labels(cx, attr);
    objective(cx, attr);
}

/// What describes a family needs one.
fn own_options(cx: &Context, own: &Own) {
    if own.name.is_some() {
        return;
    }
    let keys = [
        own.prefix.as_ref().map(|given| &given.key),
        own.help.as_ref().map(|given| &given.key),
        own.buckets.as_ref().map(|given| &given.key),
        own.max_series.as_ref().map(|given| &given.key),
        own.allow.as_ref().map(|given| &given.key),
    ];
    for key in keys.iter().flatten() {
        cx.error(
            key,
            &format!(
                "`{key}` describes a family of the function's own: name it, with `name = \"...\"`"
            ),
        );
    }
}

fn one_destination(cx: &Context, attr: &Attr) {
    if let (Some(_), Some(into)) = (&attr.own.name, &attr.into) {
        cx.error(
            &into.key,
            "`name` and `into` both say where the duration goes: keep one of them",
        );
    }
    if let Some(labels) = &attr.labels
        && !attr.has_metrics()
    {
        cx.error(
            &labels.key,
            "the families that all functions share have no labels of one of them: name a family with `name = \"...\"`, or record into metrics of a set with `into`, `calls` or `in_flight`",
        );
    }
    let takes_error = attr.own.name.is_some() || attr.into.is_some() || attr.calls.is_some();
    if let Some(error) = &attr.error
        && !takes_error
    {
        cx.error(
            &error.key,
            "`error` becomes a label, which the families that all functions share do not have: name a family with `name = \"...\"`, or record into metrics of a set with `into` or `calls`",
        );
    }
}

fn judges_once(cx: &Context, attr: &Attr) {
    let judges = [
        attr.error.as_ref().map(|given| &given.key),
        attr.ok_if.as_ref().map(|given| &given.key),
        attr.error_if.as_ref().map(|given| &given.key),
    ];
    let mut judges = judges.iter().flatten();
    if let Some(first) = judges.next() {
        for key in judges {
            cx.error(
                key,
                &format!("`{first}` says already what is an error: keep one of them"),
            );
        }
    }
}

/// A metric has to be there before the call, and for as long as the program.
fn targets(cx: &Context, attr: &Attr) {
    for Given { key, value } in attr.targets() {
        let is_static = matches!(&value.form, Form::Field(of) if !of.is_ident("self"));
        if !is_static {
            cx.error(
                value,
                &format!(
                    "`{key}` takes a metric of a static metric set: write `{key} = SET.field`"
                ),
            );
        }
    }
}

fn labels(cx: &Context, attr: &Attr) {
    if let Some(given) = &attr.labels
        && given.value.is_empty()
    {
        cx.error(
            &given.key,
            "there is no label here: add one, or remove `labels`",
        );
    }
    let names: Vec<_> = attr.labels().iter().map(Label::name).collect();
    let mut names = names.iter().map(|name| (name, &name.text as &dyn Display));
    check_unique(cx, &mut names, &|text, _| {
        format!("label `{text}` is given twice: keep one of them")
    });
    for label in attr.labels() {
        let name = label.name();
        check_label(cx, &name);
        let text = &name.text;
        if text == "outcome" || text == "error" {
            let fix = if text == "outcome" {
                "remove it"
            } else {
                "write `error = ErrorKind` beside `labels`"
            };
            name.error(
                cx,
                &format!("label `{text}` is added where the call ends: {fix}"),
            );
        }
        if attr.own.name.is_some() && label.ty.is_none() && label.constant().is_none() {
            cx.error(
                &label.value,
                &format!("the type of label `{text}` cannot be seen here, and its family has to know it: write `{text}: Type = ...`"),
            );
        }
    }
}

/// The types of labels are those of a static, which all instances of a generic function share.
fn label_types(cx: &Context, attr: &Attr, function: &Function, block: Option<&ImplBlock>) {
    if attr.own.name.is_none() {
        return;
    }
    let outer = block.map(|block| &block.generics);
    let generics = outer.into_iter().chain([&function.signature.generics]);
    let params: Vec<_> = generics
        .flat_map(|generics| &generics.params)
        .filter(|param| param.kind == Kind::Type)
        .collect();
    for label in attr.labels() {
        let Some(ty) = &label.ty else { continue };
        for param in &params {
            if mentions(ty.to_token_stream(), &param.ident) {
                cx.error(
                    &ty.to_token_stream(),
                    &format!("a family has one type for each label, and `{}` is a different one in every call: convert the value, to `&str` or to a label enum", param.ident),
                );
            }
        }
    }
}

fn objective(cx: &Context, attr: &Attr) {
    if let Some(given) = &attr.objective
        && given.value.is_empty
    {
        cx.error(
            &given.key,
            "there is nothing to achieve here: write `objective(success = 99.9)` or `objective(latency = (0.25, 99))`",
        );
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
        .map(|block| &block.generics)
        .into_iter()
        .chain([&function.signature.generics])
        .collect();
    let self_ty = block.map(|block| &block.self_ty);
    match Head::of(ty, &generics, self_ty) {
        Head::Known => None,
        Head::KnownUnlessParameter(ident) => Some(ident),
        Head::Unknown(what) => {
            cx.error(
                &ty.to_token_stream(),
                &format!("whether {what} is a `Result` cannot be seen here: write the type itself, or say what is an error by `error_if = |value| ...`, or that nothing is by `ok_if = |_| true`"),
            );
            None
        }
    }
}
