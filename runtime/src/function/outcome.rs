//! How a call ended.

use std::pin::Pin;

use crate::labels::{LabelEnum, LabelValue};

/// How a call of an instrumented function ended: the label `outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

// By hand, so that rustc does not propose this type to everyone whose own is no label enum.
#[diagnostic::do_not_recommend]
impl LabelEnum for Outcome {
    const VALUES: &'static [&'static str] = &["ok", "error", "panic", "cancelled"];

    #[inline(always)]
    fn index(self) -> usize {
        self as usize
    }

    fn from_value(value: &str) -> Option<Self> {
        [Self::Ok, Self::Error, Self::Panic, Self::Cancelled]
            .into_iter()
            .find(|outcome| LabelEnum::as_str(*outcome) == value)
    }
}

#[diagnostic::do_not_recommend]
impl LabelValue for Outcome {
    const CLOSED: Option<&'static [&'static str]> = Some(<Self as LabelEnum>::VALUES);

    #[inline(always)]
    fn position(&self) -> usize {
        LabelEnum::index(*self)
    }

    #[inline]
    fn with_str<R>(&self, f: impl FnOnce(&str) -> R) -> R {
        f(LabelEnum::as_str(*self))
    }
}

/// What is recorded of a call besides its time.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Verdict<E> {
    pub(super) outcome: Outcome,
    /// Only with [`Outcome::Error`].
    pub(super) error: Option<E>,
}

impl<E> From<Outcome> for Verdict<E> {
    #[inline(always)]
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            error: None,
        }
    }
}

/// What errors are told apart by if nothing tells them apart.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum NoError {}

/// A `Result`, by any name.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`error = ...` classifies the error of a `Result`, and `{Self}` is not known to be one",
    label = "not a `Result`",
    note = "write `error_if = |value| ...` instead"
)]
pub trait Fallible {
    /// Its error.
    type Error;

    /// The error, if it is one.
    fn as_error(&self) -> Option<&Self::Error>;
}

impl<T, E> Fallible for Result<T, E> {
    type Error = E;

    #[inline(always)]
    fn as_error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// Judges a `Result`, and makes a label of its error.
#[doc(hidden)]
#[inline(always)]
pub fn classify<R: Fallible, E>(returned: &R) -> Verdict<E>
where
    for<'e> E: From<&'e R::Error>,
{
    match returned.as_error() {
        None => Outcome::Ok.into(),
        Some(error) => Verdict {
            outcome: Outcome::Error,
            error: Some(E::from(error)),
        },
    }
}

/// Judges a value by an expression for what is no error.
#[doc(hidden)]
#[inline(always)]
pub fn ok_if<R: ?Sized, E>(returned: &R, is_ok: impl FnOnce(&R) -> bool) -> Verdict<E> {
    if is_ok(returned) {
        Outcome::Ok.into()
    } else {
        Outcome::Error.into()
    }
}

/// Judges a value by an expression for what is an error.
#[doc(hidden)]
#[inline(always)]
pub fn error_if<R: ?Sized, E>(returned: &R, is_error: impl FnOnce(&R) -> bool) -> Verdict<E> {
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

/// A boxed future behind a type alias, which the attribute took for a plain value. Found before [`AnyReturn`] too.
impl<F: Future + ?Sized> Returned<'_, Pin<Box<F>>> {
    #[must_use]
    pub fn __outcome(&self) -> Outcome
    where
        F: SeenByTheAttribute,
    {
        Outcome::Ok
    }
}

/// Implemented by nothing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this type is a future, and the attribute cannot see that: it would time how long the future takes to make",
    label = "a future by another name",
    note = "write the type as `Pin<Box<dyn Future<Output = ...>>>`, or the function as `async fn`"
)]
pub trait SeenByTheAttribute {}

/// Everything that is no `Result` is no error.
#[doc(hidden)]
pub trait AnyReturn {
    #[inline(always)]
    fn __outcome(&self) -> Outcome {
        Outcome::Ok
    }
}

impl<R: ?Sized> AnyReturn for Returned<'_, R> {}
