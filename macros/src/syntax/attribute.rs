//! Attributes.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{LitStr, Token, bracketed, parenthesized};

use super::Path;
use crate::common::Tokens;

/// `#[path …]`
#[derive(Clone)]
pub(crate) struct Attribute {
    pound: TokenTree,
    brackets: Group,
    pub(crate) path: Path,
    /// What stands behind the path.
    args: TokenStream,
}

impl Attribute {
    /// All that stand before an item.
    pub(crate) fn outer(input: ParseStream<'_>) -> syn::Result<Vec<Self>> {
        let mut attrs = Vec::new();
        while input.peek(Token![#]) {
            let pound = input.parse()?;
            attrs.push(Self::behind(pound, input)?);
        }
        Ok(attrs)
    }

    /// The one of which this is the `#`: its brackets follow.
    pub(crate) fn behind(pound: TokenTree, input: ParseStream<'_>) -> syn::Result<Self> {
        let brackets = input.fork().parse()?;
        let content;
        bracketed!(content in input);
        Ok(Self {
            pound,
            brackets,
            path: Path::in_expression(&content)?,
            args: content.parse()?,
        })
    }

    /// Reads what stands in parentheses behind the path; `None` if there are none.
    pub(crate) fn list(
        &self,
        read: &mut dyn FnMut(ParseStream<'_>) -> syn::Result<()>,
    ) -> Option<syn::Result<()>> {
        let first = self.args.clone().into_iter().next();
        let is_list = matches!(first, Some(TokenTree::Group(list)) if list.delimiter() == Delimiter::Parenthesis);
        let in_parentheses = |input: ParseStream<'_>| {
            let content;
            parenthesized!(content in input);
            read(&content)
        };
        is_list.then(|| in_parentheses.parse2(self.args.clone()))
    }

    /// The string behind `=`.
    pub(crate) fn text(&self) -> Option<String> {
        let assigned = |input: ParseStream<'_>| {
            input.parse::<Token![=]>()?;
            input.parse::<LitStr>()
        };
        let text = assigned.parse2(self.args.clone()).ok()?;
        Some(text.value())
    }

    /// What stands in the brackets.
    pub(crate) fn content(&self) -> TokenStream {
        self.brackets.stream()
    }
}

impl Tokens for Attribute {
    fn append_to(&self, code: &mut TokenStream) {
        code.extend([self.pound.clone(), self.brackets.clone().into()]);
    }
}
