//! Which values an expression can have.

/// A closed interval that holds every value; NaN aside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Interval {
    pub(crate) const ANY: Self = Self::new(f64::NEG_INFINITY, f64::INFINITY);
    pub(crate) const NOT_NEGATIVE: Self = Self::new(0.0, f64::INFINITY);
    pub(crate) const ZERO_TO_ONE: Self = Self::new(0.0, 1.0);
    pub(crate) const ONE: Self = Self::new(1.0, 1.0);

    pub(crate) const fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    pub(crate) fn negated(self) -> Self {
        Self::new(-self.high, -self.low)
    }

    /// The sum of one or more values.
    pub(crate) fn summed(self) -> Self {
        let low = if self.low >= 0.0 {
            self.low
        } else {
            f64::NEG_INFINITY
        };
        let high = if self.high <= 0.0 {
            self.high
        } else {
            f64::INFINITY
        };
        Self::new(low, high)
    }

    pub(crate) fn either(self, other: Self) -> Self {
        Self::new(self.low.min(other.low), self.high.max(other.high))
    }

    /// The values of `self op other`.
    pub(crate) fn combined(self, op: &str, other: Self) -> Self {
        let ends = match op {
            "+" => return Self::new(self.low + other.low, self.high + other.high),
            "-" => return Self::new(self.low - other.high, self.high - other.low),
            "*" => [
                times(self.low, other.low),
                times(self.low, other.high),
                times(self.high, other.low),
                times(self.high, other.high),
            ],
            "/" if other.low > 0.0 => [
                over(self.low, other.low),
                over(self.low, other.high),
                over(self.high, other.low),
                over(self.high, other.high),
            ],
            // Neither is negative, so neither is their ratio.
            "/" if self.low >= 0.0 && other.low >= 0.0 => return Self::NOT_NEGATIVE,
            _ => return Self::ANY,
        };
        Self::new(
            ends.iter().copied().fold(f64::INFINITY, f64::min),
            ends.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        )
    }

    /// Whether `self op other` holds for all values (`Some(true)`), for none, or for some.
    pub(crate) fn compared(self, op: &str, other: Self) -> Option<bool> {
        let decide = |always: bool, never: bool| match (always, never) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        match op {
            ">" => decide(self.low > other.high, self.high <= other.low),
            ">=" => decide(self.low >= other.high, self.high < other.low),
            "<" => decide(self.high < other.low, self.low >= other.high),
            "<=" => decide(self.high <= other.low, self.low > other.high),
            "==" => decide(false, self.high < other.low || self.low > other.high),
            "!=" => decide(self.high < other.low || self.low > other.high, false),
            _ => None,
        }
    }
}

/// Zero times an unbounded end is zero: the end is a limit, not a value.
fn times(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

fn over(a: f64, b: f64) -> f64 {
    if a.is_infinite() && b.is_infinite() {
        // Both limits at once say nothing: the widest end is kept.
        0.0_f64.max(a)
    } else {
        a / b
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons() {
        let counter = Interval::NOT_NEGATIVE;
        let number = |value| Interval::new(value, value);
        assert_eq!(counter.compared("<", number(0.0)), Some(false));
        assert_eq!(counter.compared(">=", number(0.0)), Some(true));
        assert_eq!(counter.compared(">", number(0.0)), None);
        assert_eq!(counter.compared("==", number(-1.0)), Some(false));
        assert_eq!(counter.compared("!=", number(-1.0)), Some(true));
        let percent = Interval::ZERO_TO_ONE.combined("*", number(100.0));
        assert_eq!(percent.compared(">", number(100.0)), Some(false));
        assert_eq!(counter.combined("/", counter), Interval::NOT_NEGATIVE);
        assert_eq!(counter.combined("*", number(0.0)), number(0.0));
    }
}
