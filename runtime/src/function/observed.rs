//! The labels of a function's own family: those that the attribute gives, then how the call ended.

use std::marker::PhantomData;

use metricset_model::LabelDescriptor;

use super::{NoError, Outcome, Verdict};
use crate::labels::{EachValue, LabelEnum, LabelSet, LabelValue, Labels};

/// `L` and then `outcome`, and `error` if `E` is a label enum.
#[doc(hidden)]
pub struct CallLabels<L, E>(PhantomData<fn() -> (L, E)>);

/// As [`CallLabels`], with any lifetime.
#[doc(hidden)]
pub struct ObservedLabels<L, E> {
    labels: L,
    verdict: Verdict<E>,
}

impl<L, E> ObservedLabels<L, E> {
    pub(super) fn new(labels: L, verdict: Verdict<E>) -> Self {
        Self { labels, verdict }
    }
}

/// What errors are told apart by: a label enum, or [`NoError`].
#[doc(hidden)]
pub trait ErrorLabel: Copy + 'static {
    /// The label; `None` for none.
    const LABEL: Option<LabelDescriptor>;

    /// The label's place among its values.
    fn position(error: Option<Self>) -> usize;

    /// The label's value.
    fn value(error: Option<Self>) -> &'static str;
}

impl ErrorLabel for NoError {
    const LABEL: Option<LabelDescriptor> = None;

    #[inline(always)]
    fn position(_: Option<Self>) -> usize {
        0
    }

    fn value(_: Option<Self>) -> &'static str {
        ""
    }
}

impl<E: LabelEnum> ErrorLabel for E {
    const LABEL: Option<LabelDescriptor> = Some(LabelDescriptor::new(
        "error",
        <Option<E> as LabelValue>::CLOSED,
    ));

    #[inline(always)]
    fn position(error: Option<Self>) -> usize {
        LabelValue::position(&error)
    }

    fn value(error: Option<Self>) -> &'static str {
        error.map_or("", LabelEnum::as_str)
    }
}

/// The most labels of one family.
const MAX_LABELS: usize = 64;

const OUTCOME: LabelDescriptor = LabelDescriptor::new("outcome", <Outcome as LabelValue>::CLOSED);

impl<L: LabelSet, E: ErrorLabel> LabelSet for CallLabels<L, E> {
    type With<'a> = ObservedLabels<L::With<'a>, E>;

    /// An error has a kind, and nothing else has.
    fn exists(values: &[&str]) -> bool {
        match (values, E::LABEL) {
            ([.., outcome, error], Some(_)) => {
                (*outcome == LabelEnum::as_str(Outcome::Error)) != error.is_empty()
            }
            _ => true,
        }
    }
}

impl<L: Labels, E: ErrorLabel> ObservedLabels<L, E> {
    const LEN: usize = L::LABELS.len() + 1 + E::LABEL.is_some() as usize;

    const ALL: [LabelDescriptor; MAX_LABELS] = {
        assert!(Self::LEN <= MAX_LABELS, "a family has at most 62 labels");
        let mut all = [OUTCOME; MAX_LABELS];
        let mut i = 0;
        while i < L::LABELS.len() {
            all[i] = L::LABELS[i];
            i += 1;
        }
        if let Some(error) = E::LABEL {
            all[i + 1] = error;
        }
        all
    };
}

impl<L: Labels, E: ErrorLabel> Labels for ObservedLabels<L, E> {
    const LABELS: &'static [LabelDescriptor] = Self::ALL.split_at(Self::LEN).0;

    #[inline(always)]
    fn index(&self) -> usize {
        let index = self.labels.index();
        let index = index * <Outcome as LabelEnum>::VALUES.len() + self.verdict.outcome as usize;
        let errors = match E::LABEL {
            Some(label) => crate::labels::closed_len(label.values),
            None => 1,
        };
        index * errors + E::position(self.verdict.error)
    }

    #[inline]
    fn visit(&self, each: &mut impl EachValue) {
        self.labels.visit(each);
        each.value(LabelEnum::as_str(self.verdict.outcome));
        if E::LABEL.is_some() {
            each.value(E::value(self.verdict.error));
        }
    }
}
