//! How a call ended.

use metricset_macros::LabelEnum;

/// How a call of an instrumented function ended: the label `outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, LabelEnum)]
pub enum Outcome {
    /// It returned a value that is no error.
    Ok,
    /// It returned an error.
    Error,
    /// It unwound.
    Panic,
    /// Its future was dropped before it was ready.
    Cancelled,
}

/// Judges a value by an expression for what is no error.
#[doc(hidden)]
#[inline(always)]
pub fn ok_if<R: ?Sized>(returned: &R, is_ok: impl FnOnce(&R) -> bool) -> Outcome {
    if is_ok(returned) {
        Outcome::Ok
    } else {
        Outcome::Error
    }
}

/// Judges a value by an expression for what is an error.
#[doc(hidden)]
#[inline(always)]
pub fn error_if<R: ?Sized>(returned: &R, is_error: impl FnOnce(&R) -> bool) -> Outcome {
    ok_if(returned, |returned| !is_error(returned))
}

/// A returned value, to be judged by its type.
///
/// The inherent method for `Result` is found before the one of [`AnyReturn`], whatever the type is called: that works where the
/// compiler knows that it is a `Result`. Where it does not, in generic code that returns a type parameter, the attribute
/// demands to be told.
#[doc(hidden)]
pub struct Returned<'a, R: ?Sized>(pub &'a R);

impl<T, E> Returned<'_, Result<T, E>> {
    #[inline(always)]
    #[must_use]
    pub fn __outcome(&self) -> Outcome {
        match self.0 {
            Ok(_) => Outcome::Ok,
            Err(_) => Outcome::Error,
        }
    }
}

/// Everything that is no `Result` is no error.
#[doc(hidden)]
pub trait AnyReturn {
    #[inline(always)]
    fn __outcome(&self) -> Outcome {
        Outcome::Ok
    }
}

impl<R: ?Sized> AnyReturn for Returned<'_, R> {}
