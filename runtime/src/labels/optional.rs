//! Labels that a series may be without.

use super::{LabelEnum, LabelValue};

/// The most values of an enum that is optional as a label.
const MAX: usize = 255;

/// A label enum, or no label: an empty value is the same as none to Prometheus ("Data model").
// Of an option of anything else it is said that it is no label value, and not that a part of it is no enum.
#[diagnostic::do_not_recommend]
impl<E: LabelEnum> LabelValue for Option<E> {
    const CLOSED: Option<&'static [&'static str]> =
        Some(Values::<E>::WITH_NONE.split_at(E::VALUES.len() + 1).0);

    #[inline(always)]
    fn position(&self) -> usize {
        self.map_or(0, |value| value.index() + 1)
    }

    #[inline(always)]
    fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        f(self.map_or("", LabelEnum::as_str))
    }
}

struct Values<E>(E);

impl<E: LabelEnum> Values<E> {
    const WITH_NONE: [&'static str; MAX + 1] = {
        assert!(
            E::VALUES.len() <= MAX,
            "an optional label has at most 255 values: use a label enum with a variant for none"
        );
        let mut values = [""; MAX + 1];
        let mut i = 0;
        while i < E::VALUES.len() {
            values[i + 1] = E::VALUES[i];
            i += 1;
        }
        values
    };
}
