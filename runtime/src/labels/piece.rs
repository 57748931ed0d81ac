//! Pieces of text that many lines share.

/// Bytes that are copied at once, however many of them count.
pub(crate) const SHORT: usize = 32;

/// Text with what happens to stand behind it: copying more than the text, but always as much, is cheaper than copying just that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Padded<'a> {
    bytes: &'a [u8],
    len: usize,
}

impl<'a> Padded<'a> {
    /// The text is so many bytes.
    #[inline(always)]
    pub(crate) fn new(bytes: &'a [u8], len: usize) -> Self {
        Self { bytes, len }
    }

    #[inline(always)]
    pub(crate) fn is_empty(self) -> bool {
        self.len == 0
    }

    #[inline(always)]
    pub(crate) fn len(self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn text(self) -> &'a [u8] {
        self.bytes.get(..self.len).unwrap_or(self.bytes)
    }

    /// Without its first bytes.
    #[inline(always)]
    pub(crate) fn without(self, first: usize) -> Self {
        Self {
            bytes: self.bytes.get(first..).unwrap_or_default(),
            len: self.len.saturating_sub(first),
        }
    }

    /// So many bytes, and how many of them count; `None` if the text is longer, or what stands behind it too short.
    #[inline(always)]
    pub(crate) fn first<const N: usize>(self) -> Option<(&'a [u8; N], usize)> {
        let bytes = self.bytes.first_chunk()?;
        (self.len <= N).then_some((bytes, self.len))
    }
}

/// A piece of text, with room behind it if it is short.
#[derive(Debug)]
pub(crate) struct Piece {
    text: String,
    padded: [u8; SHORT],
}

impl Piece {
    pub(crate) fn new(text: String) -> Self {
        let mut padded = [0; SHORT];
        if let Some(to) = padded.get_mut(..text.len()) {
            to.copy_from_slice(text.as_bytes());
        }
        Self { text, padded }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The bytes, and how many of them count; `None` if it is longer.
    #[inline(always)]
    pub(crate) fn short(&self) -> Option<(&[u8; SHORT], usize)> {
        (self.text.len() <= SHORT).then_some((&self.padded, self.text.len()))
    }
}
