//! Doc comments as text.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The doc comment: the lines of a paragraph joined by spaces, paragraphs by line breaks. Empty if there is none.
pub(crate) fn docs(attrs: &[Attribute]) -> String {
    let mut text = String::new();
    let mut separator = "";
    for line in attrs.iter().filter_map(doc) {
        for line in line.split('\n').map(str::trim) {
            if line.is_empty() {
                separator = "\n";
                continue;
            }
            if !text.is_empty() {
                text.push_str(separator);
            }
            text.push_str(line);
            separator = " ";
        }
    }
    text
}

fn doc(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use syn::{DeriveInput, parse_quote};

    #[test]
    fn joins_lines_and_keeps_paragraphs() {
        let item: DeriveInput = parse_quote! {
            /// Bytes sent,
            /// by "client" \n.
            ///
            ///
            /// Not retried.
            #[other]
            #[doc = " Ever. "]
            struct S;
        };
        assert_eq!(
            super::docs(&item.attrs),
            "Bytes sent, by \"client\" \\n.\nNot retried. Ever."
        );
    }

    #[test]
    fn block_comments() {
        let item: DeriveInput = parse_quote! {
            /** One.

            Two. */
            struct S;
        };
        assert_eq!(super::docs(&item.attrs), "One.\nTwo.");
    }
}
