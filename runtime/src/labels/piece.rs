//! Pieces of text that many lines share.

/// Bytes that are copied at once, however many of them count.
pub(crate) const SHORT: usize = 32;

/// A piece of text, with room behind it if it is short.
#[derive(Debug)]
pub(crate) struct Piece {
    text: String,
    padded: [u8; SHORT],
}

impl Piece {
    pub(crate) fn new(text: String) -> Self {
        let mut padded = [0; SHORT];
        let copied = padded.iter_mut().zip(text.bytes());
        copied.for_each(|(to, byte)| *to = byte);
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
