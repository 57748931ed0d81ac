//! Metrics declared once, as types.

// The derives name this crate as its users do.
extern crate self as metricset;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod collect;
mod dropped;
pub mod encode;
mod family;
mod labels;
mod lanes;
mod linked;
mod metrics;
mod registry;
mod set;
mod sync;

pub use family::{Family, MAX_LABEL_LEN, OVERFLOW};
pub use labels::{LabelEnum, LabelSet, LabelValue};
pub use metrics::{
    Counter, CounterValue, Gauge, GaugeValue, Histogram, HistogramSnapshot, InFlightGuard, Info,
    Metric, Observation, SeriesMetric, StateSet, Timer, UpDownGauge,
};
pub use metricset_macros::{LabelEnum, LabelSet, LabelValue, MetricSet};
pub use metricset_model::{MetricType, Unit, buckets};
pub use registry::{RegisterError, Registry};
pub use set::{MetricSet, Optional};
