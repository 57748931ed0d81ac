//! Doc comments as text.

use crate::syntax::Attribute;

/// The doc comment: the lines of a paragraph joined by spaces, paragraphs by line breaks. Empty if there is none.
pub(crate) fn docs(attrs: &[Attribute]) -> String {
    let mut text = String::new();
    let mut separator = "";
    for attr in attrs {
        if !attr.path.is_ident("doc") {
            continue;
        }
        let Some(line) = attr.text() else { continue };
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

#[cfg(test)]
mod tests {
    use crate::syntax::Item;

    fn item(text: &str) -> Item {
        syn::parse_str(text).expect(text)
    }

    #[test]
    fn joins_lines_and_keeps_paragraphs() {
        let item = item(
            r#"
            /// Bytes sent,
            /// by "client" \n.
            ///
            ///
            /// Not retried.
            #[other]
            #[doc = " Ever. "]
            struct S;
            "#,
        );
        assert_eq!(
            super::docs(&item.attrs),
            "Bytes sent, by \"client\" \\n.\nNot retried. Ever."
        );
    }

    #[test]
    fn block_comments() {
        let item = item(
            "/** One.

            Two. */
            struct S;",
        );
        assert_eq!(super::docs(&item.attrs), "One.\nTwo.");
    }
}
