//! Decimal digits, eight at a time and without a branch for each.

pub(super) const WORD: usize = size_of::<u64>();

const EIGHT_DIGITS: u64 = 100_000_000;
const ZEROS: u64 = u64::from_le_bytes([b'0'; WORD]);

/// The digits of a number that has at most eight, and how many there are.
#[inline(always)]
pub(super) fn leading_digits(n: u64) -> Option<([u8; WORD], usize)> {
    if n >= EIGHT_DIGITS {
        return None;
    }
    let digits = values(n);
    // Up to the last digit, which stays.
    let zeros = (digits | 1 << 56).trailing_zeros() / 8;
    let digits = (digits | ZEROS) >> (zeros * 8);
    Some((digits.to_le_bytes(), WORD - zeros as usize))
}

/// Splits off the last eight digits.
pub(super) fn split(n: u64) -> (u64, u64) {
    (n / EIGHT_DIGITS, n % EIGHT_DIGITS)
}

/// Eight digits, with zeros in front.
pub(super) fn eight_digits(n: u64) -> [u8; WORD] {
    (values(n) | ZEROS).to_le_bytes()
}

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
