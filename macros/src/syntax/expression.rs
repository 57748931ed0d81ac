//! The expressions that attributes take.
//!
//! What a macro of ours has to see in an expression is little: the rest of it stays the tokens that it is.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, Lit, Token, braced, bracketed, parenthesized, token};

use super::{Path, angle_brackets, items, ty};
use crate::common::Tokens;

pub(crate) struct Expression {
    pub(crate) form: Form,
    tokens: TokenStream,
}

/// What can be told of an expression by its tokens.
pub(crate) enum Form {
    Literal(Lit),
    /// A literal behind a minus.
    Negative(Lit),
    /// A comparison or a negation.
    Bool,
    Path(Path),
    /// A call of what a path leads to.
    Call(Path),
    /// A field of what a path leads to, or of a field of it.
    Field(Path),
    Cast(TokenStream),
    /// `[a, b]`
    List(Vec<Expression>),
    /// `(a, b)`
    Tuple(Vec<Expression>),
    Other,
}

impl Expression {
    /// The value of a literal number, which may be written without a point.
    pub(crate) fn number(&self) -> Option<f64> {
        let number = |literal: &Lit| match literal {
            Lit::Int(number) => number.base10_parse::<f64>().ok(),
            Lit::Float(number) => number.base10_parse().ok(),
            _ => None,
        };
        match &self.form {
            Form::Literal(literal) => number(literal),
            Form::Negative(literal) => number(literal).map(|number| -number),
            _ => None,
        }
    }
}

impl Tokens for Expression {
    fn append_to(&self, code: &mut TokenStream) {
        self.tokens.append_to(code);
    }
}

impl Parse for Expression {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let begin = input.fork();
        let form = binary(input)?;
        let all: TokenStream = begin.parse()?;
        let behind: TokenStream = input.fork().parse()?;
        let (all, behind) = (all.into_iter(), behind.into_iter().count());
        let len = all.clone().count() - behind;
        let mut tokens = TokenStream::new();
        for token in all.take(len) {
            tokens.extend([token]);
        }
        Ok(Self { form, tokens })
    }
}

/// Operands with operators between them.
fn binary(input: ParseStream<'_>) -> syn::Result<Form> {
    if is_range(input)? {
        return range_end(input);
    }
    let mut form = operand(input)?;
    let mut is_alone = true;
    loop {
        if input.parse::<Option<Token![as]>>()?.is_some() {
            let ty = ty::without_plus(input)?;
            if is_alone {
                form = Form::Cast(ty);
            }
        } else if is_range(input)? {
            return range_end(input);
        } else if let Some(operator) = operator(input) {
            for _ in operator.chars() {
                input.parse::<TokenTree>()?;
            }
            let is_comparison = COMPARISONS.contains(&operator);
            operand(input)?;
            // What else stands beside a comparison belongs to its operands, or joins it with others.
            let was_comparison = !is_alone && matches!(form, Form::Bool);
            form = if is_comparison || was_comparison {
                Form::Bool
            } else {
                Form::Other
            };
            is_alone = false;
        } else {
            return Ok(form);
        }
    }
}

const COMPARISONS: [&str; 6] = ["==", "!=", "<=", ">=", "<", ">"];

/// What stands between two operands. None stands behind one that it begins with.
const OPERATORS: [&str; 28] = [
    "<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "==", "!=", "<<", ">>", "<=",
    ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "^", "&", "|",
];

/// The operator that comes next.
fn operator(input: ParseStream<'_>) -> Option<&'static str> {
    let mut next = String::new();
    let mut cursor = input.cursor();
    while let Some((punct, behind)) = cursor.punct() {
        next.push(punct.as_char());
        cursor = behind;
        if punct.spacing() == Spacing::Alone {
            break;
        }
    }
    OPERATORS
        .into_iter()
        .find(|operator| next.starts_with(operator))
}

fn is_range(input: ParseStream<'_>) -> syn::Result<bool> {
    let closed: Option<Token![..=]> = input.parse()?;
    let open: Option<Token![..]> = input.parse()?;
    Ok(closed.is_some() || open.is_some())
}

fn range_end(input: ParseStream<'_>) -> syn::Result<Form> {
    if !input.is_empty() && !input.peek(Token![,]) {
        binary(input)?;
    }
    Ok(Form::Other)
}

/// An atom with the operators before and behind it.
fn operand(input: ParseStream<'_>) -> syn::Result<Form> {
    if input.parse::<Option<Token![!]>>()?.is_some() {
        operand(input)?;
        return Ok(Form::Bool);
    }
    if input.parse::<Option<Token![-]>>()?.is_some() {
        return Ok(match operand(input)? {
            Form::Literal(literal) => Form::Negative(literal),
            _ => Form::Other,
        });
    }
    if input.peek(Token![&]) || input.peek(Token![*]) {
        input.parse::<TokenTree>()?;
        input.parse::<Option<Token![mut]>>()?;
        operand(input)?;
        return Ok(Form::Other);
    }
    let mut form = atom(input)?;
    loop {
        form = if input.peek(token::Paren) {
            let arguments;
            parenthesized!(arguments in input);
            items::<Expression>(&arguments)?;
            match form {
                Form::Path(path) => Form::Call(path),
                _ => Form::Other,
            }
        } else if input.peek(token::Bracket) {
            let index;
            bracketed!(index in input);
            index.parse::<Expression>()?;
            Form::Other
        } else if input.parse::<Option<Token![?]>>()?.is_some() {
            Form::Other
        } else if input.peek(Token![.]) && !input.peek(Token![..]) {
            input.parse::<Token![.]>()?;
            member(input, form)?
        } else {
            return Ok(form);
        };
    }
}

/// What stands behind a dot.
fn member(input: ParseStream<'_>, of: Form) -> syn::Result<Form> {
    if input.parse::<Option<Token![await]>>()?.is_some() || input.parse::<Option<Lit>>()?.is_some()
    {
        return Ok(Form::Other);
    }
    input.parse::<Ident>()?;
    if input.parse::<Option<Token![::]>>()?.is_some() {
        angle_brackets(input)?;
        return Ok(Form::Other);
    }
    Ok(match of {
        Form::Path(path) | Form::Field(path) => Form::Field(path),
        _ => Form::Other,
    })
}

fn atom(input: ParseStream<'_>) -> syn::Result<Form> {
    if input.peek(token::Group) && !input.peek2(Token![::]) {
        input.parse::<TokenTree>()?;
        Ok(Form::Other)
    } else if input.peek(Lit) {
        input.parse().map(Form::Literal)
    } else if input.peek(token::Paren) {
        let content;
        parenthesized!(content in input);
        let ahead = content.fork();
        if let (Ok(only), true) = (ahead.parse::<Expression>(), ahead.is_empty()) {
            content.parse::<TokenStream>()?;
            return Ok(only.form);
        }
        items(&content).map(Form::Tuple)
    } else if input.peek(token::Bracket) {
        list(input)
    } else if input.peek(Token![|]) || input.peek(Token![move]) {
        closure(input)
    } else if is_block(input) {
        block(input)
    } else {
        path(input)
    }
}

fn list(input: ParseStream<'_>) -> syn::Result<Form> {
    let content;
    bracketed!(content in input);
    let ahead = content.fork();
    if ahead.parse::<Expression>().is_ok() && ahead.peek(Token![;]) {
        content.parse::<Expression>()?;
        content.parse::<Token![;]>()?;
        content.parse::<Expression>()?;
        return Ok(Form::Other);
    }
    items(&content).map(Form::List)
}

fn closure(input: ParseStream<'_>) -> syn::Result<Form> {
    input.parse::<Option<Token![move]>>()?;
    if input.parse::<Option<Token![||]>>()?.is_none() {
        input.parse::<Token![|]>()?;
        while !input.peek(Token![|]) {
            input.parse::<TokenTree>()?;
        }
        input.parse::<Token![|]>()?;
    }
    if input.parse::<Option<Token![->]>>()?.is_some() {
        ty::without_plus(input)?;
    }
    binary(input)?;
    Ok(Form::Other)
}

fn is_block(input: ParseStream<'_>) -> bool {
    input.peek(token::Brace)
        || input.peek(Token![if])
        || input.peek(Token![match])
        || input.peek(Token![loop])
        || input.peek(Token![unsafe])
        || input.peek(Token![async])
        || input.peek(Token![const])
}

/// `{ … }` with what may stand before it, and what `else` adds.
fn block(input: ParseStream<'_>) -> syn::Result<Form> {
    loop {
        while !input.peek(token::Brace) && !input.peek(Token![,]) {
            input.parse::<TokenTree>()?;
        }
        let content;
        braced!(content in input);
        content.parse::<TokenStream>()?;
        if input.parse::<Option<Token![else]>>()?.is_none() {
            return Ok(Form::Other);
        }
    }
}

/// A path, or a macro or struct that begins with one.
fn path(input: ParseStream<'_>) -> syn::Result<Form> {
    let path = Path::in_expression(input)?;
    let is_macro = input.peek(Token![!]) && !input.peek(Token![!=]);
    if is_macro {
        input.parse::<Token![!]>()?;
    }
    if is_macro || input.peek(token::Brace) {
        input.parse::<TokenTree>()?;
        return Ok(Form::Other);
    }
    Ok(match path.has_self_type {
        true => Form::Other,
        false => Form::Path(path),
    })
}

#[cfg(test)]
mod tests {
    use syn::parse::{ParseStream, Parser};

    use super::{Expression, Form};

    /// The expression up to a comma, and what is left.
    fn parse(text: &str) -> syn::Result<(Expression, String)> {
        let parser = |input: ParseStream<'_>| {
            let expression = input.parse()?;
            let rest: proc_macro2::TokenStream = input.parse()?;
            Ok((expression, rest.to_string()))
        };
        parser.parse_str(text)
    }

    #[test]
    fn an_expression_ends_at_its_comma() {
        for text in [
            "1",
            "-0.5",
            "2 * SIZE as usize + 1",
            "[0.1, 1, 10]",
            "[0.5; 3]",
            "BOUNDS::<u8, 4>::OF",
            "<Table<u8, 4> as Bounds>::OF",
            "bounds::<u8, 4>(1, 2)[0]",
            "text.parse::<Pair<u8, u8>>()?.0.len()",
            "fetch(&mut *peer, |a, b| a < b).await",
            "|value: &Result<u8, Error>, b| -> Pair<u8, u8> { value }",
            "move || a == b && !c || d",
            "if a < b { 1, 2 } else if c { 3 } else { 4 }",
            "match value { Ok(v) => v, Err(_) => 0 }",
            "unsafe { f() }",
            "list[1..][..=2].iter().map(|x| x + 1)",
            "matches!(a, b | c)",
            "Peer { name, .. }",
            "(a, b).0",
            "a < b",
        ] {
            let (expression, rest) = parse(&format!("{text}, k = v")).expect(text);
            let tokens: proc_macro2::TokenStream = text.parse().unwrap();
            assert_eq!(expression.tokens.to_string(), tokens.to_string());
            assert_eq!(rest, ", k = v", "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in [
            "",
            ", a",
            "1 +",
            "SET.",
            "[0.1 0.5]",
            "f(a b)",
            "|a",
            "if a, b",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_form_is_that_of_the_whole() {
        let form = |text: &str| match parse(text).unwrap().0.form {
            Form::Literal(_) => "literal",
            Form::Negative(_) => "negative",
            Form::Bool => "bool",
            Form::Path(_) => "path",
            Form::Call(_) => "call",
            Form::Field(_) => "field",
            Form::Cast(_) => "cast",
            Form::List(_) => "list",
            Form::Tuple(_) => "tuple",
            Form::Other => "other",
        };
        for (text, expected) in [
            ("\"a\"", "literal"),
            ("-1", "negative"),
            ("(true)", "literal"),
            ("!a", "bool"),
            ("!a & b", "other"),
            ("a + b == c as u8", "bool"),
            ("a == b && c", "bool"),
            ("a? == b", "bool"),
            ("a + b", "other"),
            ("Method::Get", "path"),
            ("Method::of(a?, |b| b)", "call"),
            ("Method::of(a)?", "other"),
            ("Method::of(a).b", "other"),
            ("SETS.inner.total", "field"),
            ("SETS.inner()", "other"),
            ("a.b as Method", "cast"),
            ("a + b as Method", "other"),
            ("[1, 2,]", "list"),
            ("[1; 2]", "other"),
            ("(1,)", "tuple"),
            ("()", "tuple"),
            ("|a| a == b", "other"),
        ] {
            assert_eq!(form(text), expected, "{text}");
        }
    }

    #[test]
    fn items_are_expressions() {
        let Form::List(items) = parse("[1, -2.5, 3.0, N]").unwrap().0.form else {
            panic!("a list");
        };
        let numbers: Vec<_> = items.iter().map(Expression::number).collect();
        assert_eq!(numbers, [Some(1.0), Some(-2.5), Some(3.0), None]);
    }
}
