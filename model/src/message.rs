//! Messages that are put together during const evaluation.

/// A message of at most [`Message::CAPACITY`] bytes, built without allocating so that a `const` panic can carry it.
///
/// ```
/// use metricset_model::Message;
/// const NOTE: Message = Message::new().push("rename it to `").push("requests_total").push("`");
/// assert_eq!(NOTE.as_str(), "rename it to `requests_total`");
/// ```
#[derive(Clone, Copy)]
pub struct Message {
    bytes: [u8; Self::CAPACITY],
    len: usize,
}

impl Message {
    /// Room for every problem that one family can have, with the longest name; what does not fit is cut.
    pub const CAPACITY: usize = 2048;

    /// An empty message.
    #[must_use]
    #[inline]
    pub const fn new() -> Self {
        Self {
            bytes: [0; Self::CAPACITY],
            len: 0,
        }
    }

    /// The message with `text` after it, cut at a character boundary if it is full.
    #[must_use]
    #[inline]
    pub const fn push(mut self, text: &str) -> Self {
        let room = Self::CAPACITY - self.len;
        let mut take = if text.len() < room { text.len() } else { room };
        while !text.is_char_boundary(take) {
            take -= 1;
        }
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < take {
            self.bytes[self.len + i] = bytes[i];
            i += 1;
        }
        self.len += take;
        self
    }

    /// Ready for a further problem, if it has one already.
    #[must_use]
    #[inline]
    pub(crate) const fn separated(self) -> Self {
        if self.is_empty() {
            self
        } else {
            self.push("; also, ")
        }
    }

    /// The message with a number in decimal after it.
    #[must_use]
    #[inline]
    pub const fn push_number(self, number: usize) -> Self {
        let mut digits = [b'0'; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        match core::str::from_utf8(digits.split_at(at).1) {
            Ok(text) => self.push(text),
            Err(_) => self,
        }
    }

    /// Whether nothing was pushed.
    #[must_use]
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The text so far.
    #[must_use]
    #[inline]
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // `push` only ever adds whole characters.
            Err(_) => "",
        }
    }
}

impl Default for Message {
    fn default() -> Self {
        Self::new()
    }
}

impl core::fmt::Display for Message {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::fmt::Debug for Message {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(self.as_str(), f)
    }
}
