//! Generic parameters.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::{Lifetime, Token, token};

use super::{Attribute, angle_brackets, take, take_lifetime, until};
use crate::common::{Context, Tokens, code};

/// The parameters of an item, and what its `where` says of them.
#[derive(Clone)]
pub(crate) struct Generics {
    pub(crate) params: Vec<Param>,
    /// As they were written, with their brackets.
    brackets: TokenStream,
    /// What stands behind `where`.
    predicates: TokenStream,
}

#[derive(Clone)]
pub(crate) struct Param {
    pub(crate) kind: Kind,
    /// That of a lifetime is without its quote.
    pub(crate) ident: Ident,
    /// As it is used.
    pub(crate) argument: TokenStream,
    /// With its bounds, and without its default.
    declaration: TokenStream,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Lifetime,
    Type,
    Const,
}

impl Generics {
    /// Reads what `where` says, which stands elsewhere than the parameters.
    pub(crate) fn read_where(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.parse::<Option<Token![where]>>()?.is_some() {
            self.predicates = until(input, |input| {
                input.peek(token::Brace) || input.peek(Token![;])
            })?;
        }
        Ok(())
    }

    /// The parameters as an `impl` declares them.
    pub(crate) fn declared(&self) -> TokenStream {
        self.in_brackets(&|param| Some(&param.declaration))
    }

    /// The same without lifetimes.
    pub(crate) fn declared_without_lifetimes(&self) -> TokenStream {
        self.in_brackets(&|param| (param.kind != Kind::Lifetime).then_some(&param.declaration))
    }

    /// The parameters as arguments.
    pub(crate) fn arguments(&self) -> TokenStream {
        self.in_brackets(&|param| Some(&param.argument))
    }

    /// The same with `lifetime` for each of the item's own.
    pub(crate) fn arguments_with<'a>(&'a self, lifetime: &'a TokenStream) -> TokenStream {
        self.in_brackets(&|param| match param.kind {
            Kind::Lifetime => Some(lifetime),
            Kind::Type | Kind::Const => Some(&param.argument),
        })
    }

    fn in_brackets<'a>(
        &'a self,
        part: &dyn Fn(&'a Param) -> Option<&'a TokenStream>,
    ) -> TokenStream {
        let mut list = TokenStream::new();
        for param in &self.params {
            if let Some(part) = part(param) {
                list.extend(code!([part] #part,));
            }
        }
        match list.is_empty() {
            true => list,
            false => code!([list] <#list>),
        }
    }

    /// The `where` of the item, with further predicates before it.
    pub(crate) fn where_clause(&self, further: &TokenStream) -> TokenStream {
        let predicates = &self.predicates;
        match further.is_empty() && predicates.is_empty() {
            true => TokenStream::new(),
            false => code!([further, predicates] where #further #predicates),
        }
    }

    /// That all parameters of these kinds are `'static`: what a stub needs to implement a trait that is.
    pub(crate) fn are_static(&self, kinds: &[Kind]) -> TokenStream {
        let mut predicates = TokenStream::new();
        for param in &self.params {
            if kinds.contains(&param.kind) {
                let param = &param.argument;
                predicates.extend(code!([param] #param: 'static,));
            }
        }
        predicates
    }
}

/// The parameters alone.
impl Parse for Generics {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut generics = Self {
            params: Vec::new(),
            brackets: TokenStream::new(),
            predicates: TokenStream::new(),
        };
        if !input.peek(Token![<]) {
            return Ok(generics);
        }
        generics.brackets = angle_brackets(&input.fork())?;
        input.parse::<Token![<]>()?;
        while input.parse::<Option<Token![>]>>()?.is_none() {
            generics.params.push(input.parse()?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(generics)
    }
}

impl Parse for Param {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Attribute::outer(input)?;
        let mut declaration = TokenStream::new();
        let mut argument = TokenStream::new();
        let kind;
        let ident;
        if input.peek(Lifetime) {
            kind = Kind::Lifetime;
            ident = take_lifetime(input, &mut argument)?;
        } else {
            let is_const = input.peek(Token![const]);
            take(input, usize::from(is_const), &mut declaration)?;
            kind = match is_const {
                true => Kind::Const,
                false => Kind::Type,
            };
            ident = input.parse()?;
            ident.append_to(&mut argument);
        }
        argument.append_to(&mut declaration);
        declaration.extend(until(input, |input| {
            input.peek(Token![=]) || is_end(input)
        })?);
        // A default.
        until(input, is_end)?;
        Ok(Self {
            kind,
            ident,
            argument,
            declaration,
        })
    }
}

fn is_end(input: ParseStream<'_>) -> bool {
    input.peek(Token![,]) || input.peek(Token![>])
}

impl Tokens for Generics {
    fn append_to(&self, code: &mut TokenStream) {
        self.brackets.append_to(code);
    }
}

/// Reports every parameter that is not a lifetime.
pub(crate) fn only_lifetimes(cx: &Context, generics: &Generics, what: &str) {
    for param in &generics.params {
        if param.kind != Kind::Lifetime {
            let ident = &param.ident;
            cx.error(
                ident,
                &format!("{what} has no generic parameters but lifetimes: remove `{ident}`"),
            );
        }
    }
}
