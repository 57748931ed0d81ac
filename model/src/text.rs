//! String comparison in `const fn`, where the standard library's traits are not available.

#[inline]
pub(crate) const fn eq(a: &str, b: &str) -> bool {
    a.len() == b.len() && starts_with(a, b)
}

#[inline]
pub(crate) const fn starts_with(text: &str, start: &str) -> bool {
    is_at(text.as_bytes(), 0, start.as_bytes())
}

/// `text` without `end`, if it ends so.
#[inline]
pub(crate) const fn strip_suffix<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let Some(at) = text.len().checked_sub(end.len()) else {
        return None;
    };
    if is_at(text.as_bytes(), at, end.as_bytes()) {
        Some(text.split_at(at).0)
    } else {
        None
    }
}

/// Whether `part` stands there. Const evaluation pays by the step, and for the length of a slice by the call.
#[inline]
const fn is_at(text: &[u8], at: usize, part: &[u8]) -> bool {
    let len = part.len();
    if text.len() < at + len {
        return false;
    }
    let mut i = 0;
    while i < len {
        if text[at + i] != part[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[inline]
pub(crate) const fn ends_with(text: &str, end: &str) -> bool {
    strip_suffix(text, end).is_some()
}

/// What follows the last underscore: the whole text if there is none.
#[inline]
pub(crate) const fn last_word(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut at = bytes.len();
    while at > 0 && bytes[at - 1] != b'_' {
        at -= 1;
    }
    text.split_at(at).1
}
