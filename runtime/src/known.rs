//! How a field of the wrong type is one error and not a dozen.
//!
//! Generated code names the type of a field in many places: the storage, the handle, the descriptor. If each of them said
//! `<Type as Metric>`, rustc would report a type that is no metric in each of them. So one alias for each field says
//! `Known<Type, { <Type as Metric>::KNOWN }>`, and all else says the alias: the constant cannot be evaluated for a wrong type,
//! that is reported once, and a type with a constant in error is accepted in silence wherever else it stands.

use std::marker::PhantomData;

use metricset_model::{LabelDescriptor, MetricType};

use crate::metrics::Metric;
use crate::partial_key::IsPartialKey;
use crate::set::Nested;

/// The type of a field, `KNOWN` to be what it should be.
pub struct Known<T, const KNOWN: bool>(PhantomData<fn() -> T>);

impl<M: Metric> Metric for Known<M, true> {
    const TYPE: MetricType = M::TYPE;
    const LABELS: &'static [LabelDescriptor] = M::LABELS;
    const OBSERVED: bool = M::OBSERVED;
    type Storage = M::Storage;
    type Handle = M::Handle;
}

impl<N: Nested> Nested for Known<N, true> {
    type Set = N::Set;
    type Storage = N::Storage;
    type Handle = N::Handle;
    const OPTIONAL: bool = N::OPTIONAL;
}

impl<P: IsPartialKey> IsPartialKey for Known<P, true> {
    const LABELS: &'static [LabelDescriptor] = P::LABELS;
    type Handle = P::Handle;
}
