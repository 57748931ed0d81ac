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
pub(crate) fn quoted(out: &mut impl Write, text: &str) -> Result {
    if is_plain(text.as_bytes()) {
        out.write_str(text)
    } else {
        escape(out, text, &['\\', '\n', '"'])
    }
}

/// Writes help in text 0.0.4.
pub(crate) fn unquoted(out: &mut impl Write, text: &str) -> Result {
    if is_plain(text.as_bytes()) {
        out.write_str(text)
    } else {
        escape(out, text, &['\\', '\n'])
    }
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

/// Whether no byte is special. Eight bytes at a time: nearly all label values are plain, and every scrape asks.
#[inline]
pub(crate) fn is_plain(text: &[u8]) -> bool {
    let (words, rest) = text.as_chunks();
    let rest = match text.last_chunk() {
        // Some of its bytes twice.
        Some(last) => u64::from_ne_bytes(*last),
        None => rest
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    words
        .iter()
        .all(|word| is_plain_word(u64::from_ne_bytes(*word)))
        && is_plain_word(rest)
}

#[inline]
fn is_plain_word(word: u64) -> bool {
    special_bytes(word) == 0
}

/// A bit for each special byte.
#[inline(always)]
pub(crate) fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // A byte that is equal becomes 0, and only 0 borrows into its high bit without having it.
    let equal = |byte: u8| {
        let different = word ^ (ONES * u64::from(byte));
        different.wrapping_sub(ONES) & !different
    };
    (equal(b'\\') | equal(b'\n') | equal(b'"')) & HIGH
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    /// Every special byte at every place of texts around the size of a word, and no other byte.
    #[test]
    fn finds_special_bytes_wherever_they_are() {
        for len in 0..=25 {
            for at in 0..len {
                for byte in 0..=255 {
                    let mut text = vec![b'a'; len];
                    text[at] = byte;
                    let expected = !matches!(byte, b'\\' | b'\n' | b'"');
                    assert_eq!(is_plain(&text), expected, "{byte} at {at} of {len}");
                }
            }
        }
    }
}
