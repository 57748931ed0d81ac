//! What may stand in a field of a label set.

use std::borrow::Cow;

use crate::digits;

/// The value of one label: label enums, `bool`, integers, strings, and newtypes around them by derive.
///
/// The derive is for a struct around one value, and hands everything to it; `#[label(crate = path)]` says where this crate is, if
/// it is renamed or re-exported.
///
/// ```
/// use metricset::LabelValue;
///
/// #[derive(LabelValue)]
/// struct PeerId<'a>(&'a str);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a label value",
    label = "not a label value",
    note = "use a label enum (`#[derive(LabelEnum)]`), `bool`, an integer, `&str`, `String` or `Cow<str>`",
    note = "for a newtype around one of these add `#[derive(metricset::LabelValue)]`"
)]
pub trait LabelValue {
    /// Every value, if there is a closed list of them.
    const CLOSED: Option<&'static [&'static str]>;

    /// The place in [`Self::CLOSED`]; 0 for an open label.
    fn position(&self) -> usize;

    /// Calls `f` with the value as it is exposed, before escaping.
    fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R;
}

impl LabelValue for bool {
    const CLOSED: Option<&'static [&'static str]> = Some(&["false", "true"]);

    #[inline(always)]
    fn position(&self) -> usize {
        usize::from(*self)
    }

    #[inline]
    fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        f(if *self { "true" } else { "false" })
    }
}

impl LabelValue for str {
    const CLOSED: Option<&'static [&'static str]> = None;

    #[inline(always)]
    fn position(&self) -> usize {
        0
    }

    #[inline(always)]
    fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        f(self)
    }
}

impl LabelValue for String {
    const CLOSED: Option<&'static [&'static str]> = None;

    #[inline(always)]
    fn position(&self) -> usize {
        0
    }

    #[inline(always)]
    fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        f(self)
    }
}

impl LabelValue for Cow<'_, str> {
    const CLOSED: Option<&'static [&'static str]> = None;

    #[inline(always)]
    fn position(&self) -> usize {
        0
    }

    #[inline(always)]
    fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        f(self)
    }
}

impl<T: LabelValue + ?Sized> LabelValue for &T {
    const CLOSED: Option<&'static [&'static str]> = T::CLOSED;

    #[inline(always)]
    fn position(&self) -> usize {
        T::position(self)
    }

    #[inline(always)]
    fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        T::with_str(self, f)
    }
}

macro_rules! integers {
    ($($int:ty)*, $is_negative:expr, $magnitude:expr) => {$(
        impl LabelValue for $int {
            const CLOSED: Option<&'static [&'static str]> = None;

            #[inline(always)]
            fn position(&self) -> usize {
                0
            }

            #[inline]
            fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
                digits::with_text($is_negative(*self), $magnitude(*self), f)
            }
        }
    )*};
}

integers!(u8 u16 u32 u64 usize, |_| false, |n| n as u128);
integers!(u128, |_| false, |n| n);
integers!(i8 i16 i32 i64 isize, |n| n < 0, |n: Self| n.unsigned_abs() as u128);
integers!(i128, |n| n < 0, |n: Self| n.unsigned_abs());
