//! String comparison in `const fn`, where the standard library's traits are not available.

#[inline]
pub(crate) const fn eq(a: &str, b: &str) -> bool {
    a.len() == b.len() && starts_with(a, b)
}

#[inline]
pub(crate) const fn starts_with(text: &str, start: &str) -> bool {
    let (text, start) = (text.as_bytes(), start.as_bytes());
    if text.len() < start.len() {
        return false;
    }
    let mut i = 0;
    while i < start.len() {
        if text[i] != start[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// `text` without `end`, if it ends so.
#[inline]
pub(crate) const fn strip_suffix<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let Some(at) = text.len().checked_sub(end.len()) else {
        return None;
    };
    let (bytes, end) = (text.as_bytes(), end.as_bytes());
    let mut i = 0;
    while i < end.len() {
        if bytes[at + i] != end[i] {
            return None;
        }
        i += 1;
    }
    Some(text.split_at(at).0)
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
