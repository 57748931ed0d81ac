//! Label sets put together label by label, as instrumented functions do that know the names of labels and not the type of the set.

use super::LabelSet;

/// A label set that the derive also gives a form to fill: a value with one method for each label, named like the label.
#[doc(hidden)]
pub trait ByName: LabelSet {
    /// The form without any label.
    type Empty;
    /// The form without any label.
    const EMPTY: Self::Empty;
}

/// A form in which every label has its value.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "labels of `{S}` have no value here",
    label = "not every label has a value",
    note = "`labels(...)` gives each label of the metric a value; `outcome` and `error` are added by themselves where a call ends"
)]
pub trait Filled<S> {
    /// The label set.
    fn labels(self) -> S;
}

/// The form of metrics without labels.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct NoLabels;

impl ByName for () {
    type Empty = NoLabels;
    const EMPTY: NoLabels = NoLabels;
}

impl Filled<()> for NoLabels {
    fn labels(self) {}
}

/// For label sets without a label of the name: what is added by itself is left out. The form's own method comes first.
#[doc(hidden)]
pub trait WithoutOutcome: Sized {
    #[inline(always)]
    #[must_use]
    fn outcome<O>(self, _: O) -> Self {
        self
    }
}

/// As [`WithoutOutcome`].
#[doc(hidden)]
pub trait WithoutError: Sized {
    #[inline(always)]
    #[must_use]
    fn error<E>(self, _: E) -> Self {
        self
    }
}

impl<T> WithoutOutcome for T {}
impl<T> WithoutError for T {}

/// A value that was computed before a call, as the label of a type that it is needed as when the call has ended.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the label takes `{L}`, and this is `{Self}`",
    label = "not a value of the label",
    note = "a value that is no string is copied into the label: it has to be of the label's own type, and `Copy`"
)]
pub trait AsLabel<'w, L> {
    /// The label.
    fn as_label(&'w self) -> L;
}

impl<T: Copy> AsLabel<'_, T> for T {
    #[inline(always)]
    fn as_label(&self) -> T {
        *self
    }
}

impl<'w> AsLabel<'w, &'w str> for String {
    #[inline(always)]
    fn as_label(&'w self) -> &'w str {
        self
    }
}
