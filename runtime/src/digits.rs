//! Decimal digits, eight at a time and without a branch for each.

pub(crate) const WORD: usize = size_of::<u64>();

pub(crate) const EIGHT_DIGITS: u64 = 100_000_000;
const ZEROS: u64 = u64::from_le_bytes([b'0'; WORD]);

/// The digits of a number that has at most eight, and how many there are.
#[inline(always)]
pub(crate) fn leading_digits(n: u64) -> Option<([u8; WORD], usize)> {
    if n >= EIGHT_DIGITS {
        return None;
    }
    let digits = values(n);
    // Up to the last digit, which stays.
    let zeros = (digits | 1 << 56).trailing_zeros() / 8;
    let digits = (digits | ZEROS) >> (zeros * 8);
    Some((digits.to_le_bytes(), WORD - zeros as usize))
}

/// Eight digits, with zeros in front.
pub(crate) fn eight_digits(n: u64) -> [u8; WORD] {
    (values(n) | ZEROS).to_le_bytes()
}

/// Calls `f` with an integer as text.
#[inline(always)]
pub(crate) fn with_text<R>(is_negative: bool, magnitude: u128, f: impl FnOnce(&str) -> R) -> R {
    let mut text = [0; LONGEST];
    let mut start = LONGEST;
    let mut push = |word: [u8; WORD], len: usize| {
        start -= len;
        text[start..start + len].copy_from_slice(&word[..len]);
    };
    let mut longer = magnitude;
    let mut left = loop {
        match u64::try_from(longer) {
            Ok(left) => break left,
            Err(_) => {
                let lower = longer % u128::from(EIGHT_DIGITS);
                push(eight_digits(lower as u64), WORD);
                longer /= u128::from(EIGHT_DIGITS);
            }
        }
    };
    let (first, len) = loop {
        match leading_digits(left) {
            Some(first) => break first,
            None => {
                push(eight_digits(left % EIGHT_DIGITS), WORD);
                left /= EIGHT_DIGITS;
            }
        }
    };
    push(first, len);
    if is_negative {
        push([b'-'; WORD], 1);
    }
    // Digits are text.
    f(std::str::from_utf8(&text[start..]).unwrap_or_default())
}

/// Digits of `u128`, and a sign.
const LONGEST: usize = 40;

/// The values of eight digits, the first in the lowest byte. Splits all parts of the number in two at once, thrice; each
/// division is a multiplication by a reciprocal that is exact for so few digits.
#[inline(always)]
fn values(n: u64) -> u64 {
    let (upper, lower) = (n / 10_000, n % 10_000);
    let fours = upper | lower << 32;
    let hundreds = ((fours * 5243) >> 19) & 0x0000_007f_0000_007f;
    let twos = hundreds | (fours - hundreds * 100) << 16;
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (twos - tens * 10) << 8
}

#[cfg(test)]
mod tests {
    use super::with_text;

    #[test]
    fn integers_have_the_digits_that_they_should() {
        let powers = (0..39).map(|exponent| 10_u128.pow(exponent));
        let around =
            powers.flat_map(|power| [power - 1, power, power + 1, power.saturating_mul(9)]);
        let bits = (0..128).map(|bit| u128::MAX >> bit);
        for n in (0..20_000).chain(around).chain(bits) {
            with_text(false, n, |text| assert_eq!(text, n.to_string()));
            with_text(true, n, |text| assert_eq!(text, format!("-{n}")));
        }
    }
}
