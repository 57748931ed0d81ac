//! The grammar that all attributes share: `#[namespace(key, key = value, key(value, …), …)]`.
//!
//! Each key is a [`Slot`] that knows its name, how its value is written and whether it was given before. [`read`] fills the
//! slots from every attribute of the namespace on one item, and goes on after a mistake with the next key.

use metricset_model::nearest;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitBool, LitStr, Token, parenthesized, token};

use super::{Context, names, unknown};
use crate::syntax::{Attribute, Expression, Path, items};

/// One key of an attribute, and what was given for it.
pub(crate) struct Slot<V> {
    name: &'static str,
    is_named: bool,
    given: Option<Given<V>>,
}

/// A key as it was written.
pub(crate) struct Given<V> {
    pub(crate) key: Ident,
    pub(crate) value: V,
}

impl<V> Slot<V> {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            is_named: false,
            given: None,
        }
    }

    /// Whether the key stands there, be it with a value that was refused.
    pub(crate) fn is_named(&self) -> bool {
        self.is_named
    }

    /// The key, where it was given.
    pub(crate) fn key(&self) -> Option<&Ident> {
        self.given.as_ref().map(|given| &given.key)
    }

    pub(crate) fn given(self) -> Option<Given<V>> {
        self.given
    }

    pub(crate) fn value(self) -> Option<V> {
        self.given.map(|given| given.value)
    }
}

impl<V> Given<V> {
    pub(crate) fn map<T>(self, f: impl FnOnce(V) -> T) -> Given<T> {
        Given {
            key: self.key,
            value: f(self.value),
        }
    }
}

/// What may follow a key.
pub(crate) trait Value: Sized {
    /// "a string", to say what the key takes.
    const KIND: &'static str;
    /// What is written behind the key.
    const FORM: &'static str;

    fn parse(input: ParseStream<'_>) -> syn::Result<Self>;
}

/// Nothing follows: the key alone says it.
pub(crate) struct Flag;

impl Value for Flag {
    const KIND: &'static str = "no value";
    const FORM: &'static str = "";

    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![=]) || input.peek(token::Paren) {
            Err(input.error(Self::KIND))
        } else {
            Ok(Self)
        }
    }
}

/// Values in parentheses.
pub(crate) struct List<T>(pub(crate) Vec<T>);

impl<T: Item> Value for List<T> {
    const KIND: &'static str = T::KIND;
    const FORM: &'static str = T::FORM;

    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        let items = items(&content);
        // What is left over would be a second mistake.
        content.parse::<TokenStream>()?;
        items.map(Self)
    }
}

/// What may stand in a list.
pub(crate) trait Item: Parse {
    /// "names in parentheses", to say what the key takes.
    const KIND: &'static str;
    /// What is written behind the key.
    const FORM: &'static str;
}

impl Item for Ident {
    const KIND: &'static str = "names in parentheses";
    const FORM: &'static str = "(name, ...)";
}

/// `name = value` in a list.
pub(crate) struct Pair {
    pub(crate) name: Ident,
    pub(crate) value: Expression,
}

impl Item for Pair {
    const KIND: &'static str = "names with values in parentheses";
    const FORM: &'static str = "(name = \"value\", ...)";
}

impl Parse for Pair {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let value = assigned(input)?;
        Ok(Self { name, value })
    }
}

macro_rules! assigned_values {
    ($($ty:ty: $kind:literal, $form:literal;)*) => {$(
        impl Value for $ty {
            const KIND: &'static str = $kind;
            const FORM: &'static str = $form;

            fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
                assigned(input)
            }
        }
    )*};
}

assigned_values! {
    LitStr: "a string", " = \"...\"";
    LitBool: "`true` or `false`", " = false";
    Expression: "a value", " = ...";
    Path: "a path", " = path::to::metricset";
}

fn assigned<T: Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    // What a failed parser leaves unread in brackets would be a second mistake; that of a fork is forgotten.
    let ahead = input.fork();
    let value = ahead.parse()?;
    input.advance_to(&ahead);
    Ok(value)
}

/// A slot of any type.
pub(crate) trait Key {
    fn name(&self) -> &'static str;

    /// The key, where it was given.
    fn key(&self) -> Option<&Ident>;

    /// Reads what follows the key.
    fn read(&mut self, cx: &Context, key: Ident, input: ParseStream<'_>) -> syn::Result<()>;
}

impl<V: Value> Key for Slot<V> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn key(&self) -> Option<&Ident> {
        self.key()
    }

    fn read(&mut self, cx: &Context, key: Ident, input: ParseStream<'_>) -> syn::Result<()> {
        self.is_named = true;
        let is_missing = at_end(input);
        match V::parse(input) {
            Ok(value) if self.given.is_none() => self.given = Some(Given { key, value }),
            Ok(_) => given_twice(cx, self.name, &key),
            Err(error) => {
                let at = if is_missing { key.span() } else { error.span() };
                return Err(refused(at, self.name, V::KIND, V::FORM));
            }
        }
        Ok(())
    }
}

fn given_twice(cx: &Context, name: &str, key: &Ident) {
    cx.error(key, &format!("`{name}` is given twice: keep one of them"));
}

fn refused(at: Span, name: &str, kind: &str, form: &str) -> syn::Error {
    syn::Error::new(at, format!("`{name}` takes {kind}: write `{name}{form}`"))
}

/// Fills the slots from all attributes `#[namespace(...)]` among `attrs`.
pub(crate) fn read(cx: &Context, attrs: &[Attribute], namespace: &str, keys: &mut [&mut dyn Key]) {
    for attr in attrs {
        if !attr.path.is_ident(namespace) {
            continue;
        }
        match attr.list(&mut |input| read_keys(cx, input, keys)) {
            None => cx.error(
                &attr.content(),
                &format!("`{namespace}` takes a list: write `#[{namespace}(...)]`"),
            ),
            Some(Err(error)) => cx.push(error),
            Some(Ok(())) => {}
        }
    }
}

/// Fills the slots from what stands in the parentheses of one attribute.
pub(crate) fn read_keys(
    cx: &Context,
    input: ParseStream<'_>,
    keys: &mut [&mut dyn Key],
) -> syn::Result<()> {
    while !input.is_empty() {
        if let Err(error) = read_key(cx, input, keys) {
            cx.push(error);
            skip_to_comma(input)?;
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

/// Reports the attributes of a namespace that has no place here.
pub(crate) fn refuse(cx: &Context, attrs: &[Attribute], namespace: &str, instead: &str) {
    for attr in attrs {
        if attr.path.is_ident(namespace) {
            cx.error(
                &attr.path,
                &format!("`#[{namespace}]` has no place here: write {instead}"),
            );
        }
    }
}

fn read_key(cx: &Context, input: ParseStream<'_>, keys: &mut [&mut dyn Key]) -> syn::Result<()> {
    let accepted = names(keys, |key| key.name());
    let key = input.call(Ident::parse_any).map_err(|error| {
        // No key is near to nothing.
        let instead = nearest::instead("", &accepted);
        syn::Error::new(error.span(), format!("expected a key: {instead}"))
    })?;
    let found = key.to_string();
    let Some(slot) = keys.iter_mut().find(|slot| slot.name() == found) else {
        return Err(syn::Error::new(
            key.span(),
            unknown("key", &found, &accepted),
        ));
    };
    slot.read(cx, key, input)?;
    if at_end(input) {
        Ok(())
    } else {
        Err(input.error("expected `,`: separate keys by commas"))
    }
}

fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !at_end(input) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
