//! Escaping: label values and help by their different rules.
//!
//! | | `\` | line feed | `"` |
//! |---|---|---|---|
//! | label value, both formats | yes | yes | yes |
//! | help, OpenMetrics | yes | yes | yes |
//! | help, text 0.0.4 | yes | yes | no |
//!
//! Nothing else is special: other control characters, a carriage return among them, stand as they are.

use std::fmt::{Result, Write};

/// Writes a label value, or help in OpenMetrics.
#[inline]
pub(super) fn quoted(out: &mut impl Write, text: &str) -> Result {
    if is_plain(text.as_bytes()) {
        out.write_str(text)
    } else {
        escape(out, text, &['\\', '\n', '"'])
    }
}

/// Writes help in text 0.0.4.
pub(crate) fn unquoted(out: &mut impl Write, text: &str) -> Result {
    escape(out, text, &['\\', '\n'])
}

#[cold]
fn escape(out: &mut impl Write, text: &str, special: &[char]) -> Result {
    let mut start = 0;
    for (at, found) in text.match_indices(special) {
        out.write_str(&text[start..at])?;
        out.write_str(match found {
            "\n" => r"\n",
            "\"" => r#"\""#,
            _ => r"\\",
        })?;
        start = at + found.len();
    }
    out.write_str(&text[start..])
}

/// Whether no byte is special. Blocks have no branch inside, so that the compiler compares all their bytes at once.
#[inline]
fn is_plain(text: &[u8]) -> bool {
    let (blocks, rest) = text.as_chunks::<8>();
    let plain = |block: &[u8; 8]| {
        !block
            .iter()
            .fold(false, |any, byte| any | is_special(*byte))
    };
    blocks.iter().all(plain) && !rest.iter().any(|byte| is_special(*byte))
}

const fn is_special(byte: u8) -> bool {
    matches!(byte, b'\\' | b'\n' | b'"')
}
