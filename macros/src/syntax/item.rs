//! Structs, enums and unions, as derives get them.

use proc_macro2::{Group, Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Token, braced, parenthesized, token};

use super::{Attribute, Expression, Generics, items, take, until};

pub(crate) struct Item {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: TokenStream,
    /// `struct`, `enum` or `union`.
    pub(crate) keyword: Ident,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) data: Data,
}

pub(crate) enum Data {
    Struct(Fields),
    Enum(Vec<Variant>),
    Union,
}

pub(crate) struct Variant {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) fields: Fields,
}

/// Fields, with the brackets around them.
pub(crate) enum Fields {
    Named(Group, Vec<Field>),
    Unnamed(Group, Vec<Field>),
    Unit,
}

pub(crate) struct Field {
    pub(crate) attrs: Vec<Attribute>,
    /// `None` in a tuple.
    pub(crate) ident: Option<Ident>,
    pub(crate) ty: TokenStream,
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = Attribute::outer(input)?;
        let vis = visibility(input)?;
        let keyword = input.call(Ident::parse_any)?;
        let ident = input.parse()?;
        let mut generics: Generics = input.parse()?;
        generics.read_where(input)?;
        let data = if keyword == "struct" {
            let fields = input.parse()?;
            // Where it stands behind a tuple.
            generics.read_where(input)?;
            input.parse::<Option<Token![;]>>()?;
            Data::Struct(fields)
        } else {
            let content;
            braced!(content in input);
            match keyword == "enum" {
                true => Data::Enum(items(&content)?),
                false => {
                    content.parse::<TokenStream>()?;
                    Data::Union
                }
            }
        };
        Ok(Self {
            attrs,
            vis,
            keyword,
            ident,
            generics,
            data,
        })
    }
}

impl Fields {
    pub(crate) fn all(&self) -> &[Field] {
        match self {
            Self::Named(_, fields) | Self::Unnamed(_, fields) => fields,
            Self::Unit => &[],
        }
    }
}

impl Parse for Fields {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        if input.peek(token::Brace) {
            let group = input.fork().parse()?;
            braced!(content in input);
            Ok(Self::Named(group, items(&content)?))
        } else if input.peek(token::Paren) {
            let group = input.fork().parse()?;
            parenthesized!(content in input);
            Ok(Self::Unnamed(group, items(&content)?))
        } else {
            Ok(Self::Unit)
        }
    }
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = Attribute::outer(input)?;
        visibility(input)?;
        let is_named =
            input.peek(Ident::peek_any) && input.peek2(Token![:]) && !input.peek2(Token![::]);
        let mut ident = None;
        if is_named {
            ident = Some(input.call(Ident::parse_any)?);
            input.parse::<Token![:]>()?;
        }
        Ok(Self {
            attrs,
            ident,
            ty: until(input, |input| input.peek(Token![,]))?,
        })
    }
}

impl Parse for Variant {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let variant = Self {
            attrs: Attribute::outer(input)?,
            ident: input.parse()?,
            fields: input.parse()?,
        };
        if input.parse::<Option<Token![=]>>()?.is_some() {
            input.parse::<Expression>()?;
        }
        Ok(variant)
    }
}

/// `pub`, with what may stand behind it; nothing if there is none.
pub(crate) fn visibility(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut vis = TokenStream::new();
    if input.peek(Token![pub]) {
        take(input, 1, &mut vis)?;
        // The type of a tuple's field may stand in parentheses too.
        let is_restricted =
            |input: ParseStream<'_>| {
                let content;
                parenthesized!(content in input);
                let word = content.call(Ident::parse_any)?;
                let is_path = content.peek(Token![::]);
                content.parse::<TokenStream>()?;
                Ok(word == "in"
                    || (!is_path && (word == "crate" || word == "self" || word == "super")))
            };
        if input.peek(token::Paren) && is_restricted(&input.fork()).unwrap_or(false) {
            take(input, 1, &mut vis)?;
        }
    }
    Ok(vis)
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::{Data, Fields, Item};
    use crate::common::code;

    fn item(text: &str) -> Item {
        syn::parse_str(text).expect(text)
    }

    fn fields(text: &str) -> Vec<String> {
        let Data::Struct(fields) = item(text).data else {
            panic!("{text} is a struct");
        };
        let field = |field: &super::Field| match &field.ident {
            Some(ident) => format!("{ident}: {}", field.ty).replace(' ', ""),
            None => field.ty.to_string().replace(' ', ""),
        };
        fields.all().iter().map(field).collect()
    }

    #[test]
    fn a_type_ends_at_its_comma() {
        let named = "pub(crate) struct S<'a> where Self: Sized {
            #[metric(help = \"a, b\")] pub a: Family<Client<'a>, Histogram<Duration>>,
            pub(in crate::a) r#type: fn(u8, u8) -> Result<u8, [u8; { 1 + 2 }]>,
            pub(super) c: <Self as Bounds<u8, u8>>::Of,
        }";
        assert_eq!(
            fields(named),
            [
                "a:Family<Client<'a>,Histogram<Duration>>",
                "r#type:fn(u8,u8)->Result<u8,[u8;{1+2}]>",
                "c:<SelfasBounds<u8,u8>>::Of",
            ]
        );
        let unnamed = "struct S(pub (u8, u8), pub (crate::A), pub(crate) ::std::A, a::B);";
        assert_eq!(
            fields(unnamed),
            ["(u8,u8)", "(crate::A)", "::std::A", "a::B"]
        );
        assert!(fields("struct S;").is_empty());
    }

    #[test]
    fn parameters_are_declared_and_used() {
        let text = "struct S<'a, #[doc = \"b\"] 'b: 'a, T: Iterator<Item = &'a u8> + ?Sized = Vec<u8>, const N: usize = { 1 }>(T) where T: Fn(u8) -> u8,;";
        let generics = item(text).generics;
        let text = |tokens: proc_macro2::TokenStream| tokens.to_string().replace(' ', "");
        assert_eq!(
            text(generics.declared()),
            "<'a,'b:'a,T:Iterator<Item=&'au8>+?Sized,constN:usize,>"
        );
        assert_eq!(text(generics.arguments()), "<'a,'b,T,N,>");
        let fixed = code!([] 'static);
        assert_eq!(
            text(generics.arguments_with(&fixed)),
            "<'static,'static,T,N,>"
        );
        assert_eq!(
            text(generics.where_clause(&generics.are_static(&[Kind::Lifetime, Kind::Type]))),
            "where'a:'static,'b:'static,T:'static,T:Fn(u8)->u8,"
        );
        let none = item("struct S;").generics;
        assert!(
            none.declared().is_empty()
                && none
                    .where_clause(&none.are_static(&[Kind::Type]))
                    .is_empty()
        );
    }

    #[test]
    fn variants_with_all_that_may_stand_behind_them() {
        let Data::Enum(variants) =
            item("enum E { A = 1 << 2, #[label(other)] B { b: u8 }, C(u8), D = f::<u8, u8>(), }")
                .data
        else {
            panic!("an enum");
        };
        let names: Vec<_> = variants
            .iter()
            .map(|variant| variant.ident.to_string())
            .collect();
        assert_eq!(names, ["A", "B", "C", "D"]);
        assert!(matches!(variants[0].fields, Fields::Unit));
        assert!(matches!(variants[1].fields, Fields::Named(..)));
        assert!(matches!(variants[2].fields, Fields::Unnamed(..)));
        assert_eq!(variants[1].attrs.len(), 1);
        assert!(matches!(
            item("union U { a: u8, b: u16 }").data,
            Data::Union
        ));
    }
}
