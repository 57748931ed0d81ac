//! Metrics declared once, as types.
//!
//! A struct whose fields are metrics is a *metric set*. Deriving [`MetricSet`] checks its names, labels, units and buckets at
//! compile time, generates the storage, and registers the set with the program through the linker. What is recorded is served
//! as Prometheus text and OpenMetrics.
//!
//! ```
//! use metricset::encode::{Format, encode};
//! use metricset::{Counter, Family, LabelEnum, LabelSet, MetricSet, Registry};
//!
//! #[derive(Clone, Copy, LabelEnum)]
//! enum Transport {
//!     Quic,
//!     H2,
//! }
//!
//! #[derive(LabelSet)]
//! struct Connection {
//!     transport: Transport,
//! }
//!
//! /// Peer connectivity.
//! #[derive(MetricSet)]
//! #[metrics(prefix = "peer")]
//! struct PeerMetrics {
//!     /// Connections by transport.
//!     connections_total: Family<Connection, Counter>,
//! }
//!
//! // Constant: declaring the set has already registered it.
//! static PEERS: PeerMetrics = PeerMetrics::global();
//!
//! let transport = Transport::Quic;
//! PEERS.connections_total.with(Connection { transport }).inc();
//!
//! let mut exposition = String::new();
//! encode(&Registry::linked()?, Format::PrometheusText, &mut exposition);
//! assert!(exposition.contains(r#"peer_connections_total{transport="quic"} 1"#));
//! # Ok::<(), metricset::RegisterError>(())
//! ```
//!
//! # What lives where
//! - Metric types: [`Counter`], [`Gauge`], [`UpDownGauge`], [`Histogram`], [`Summary`], [`Info`], [`StateSet`], and [`Family`] for
//!   series told apart by labels. All are `Copy` handles into storage that lives as long as the program.
//! - Sets: [`MetricSet`], where every attribute is described; [`Optional`] for a set inside a set that is switched on at start-up.
//! - Values taken at scrape time: [`Observed`] for a closure that gives them, and the refresh hook of a set
//!   ([`RegistryBuilder::refresh`], [`SetBuilder::refresh`]) for values that belong together.
//! - [`PartialKey`] ends the series of a client, a site or a session in all families of a set.
//! - Labels: [`LabelSet`], [`LabelEnum`], [`LabelValue`], each a trait and a derive.
//! - [`macro@instrument_metric`]: calls, durations and outcomes of functions.
//! - [`Registry`]: which sets are exposed under which names; clashes are errors that name both declarations. Its
//!   [builder](RegistryBuilder) takes prefixes from a configuration and leaves sets out.
//! - [`build_info!`]: version, revision and compiler of the program.
//! - [`collect`] hands families and series to an encoder; [`mod@encode`] has two.
//! - `Exporter` and the module `export` (feature `exporter`) serve them over HTTP; `ExporterConfig` is the section of it in a
//!   configuration file.
//! - The module `testing` (feature `testing`): what moved, what was never touched, what changed in the catalogue, what alert rules
//!   say of it.
//!
//! What deliberately does not live here: the rules themselves. The name grammar, the lints and the descriptors are the crate
//! `metricset-model`, which the macros and the command-line tool share.
//!
//! # Features
//! On by default, to be left out where every crate counts:
//! - `instrument`: [`macro@instrument_metric`].
//! - `summary`: [`Summary`].
//!
//! Off by default:
//! - `exporter`: the HTTP exporter, on tokio and hyper.
//! - `serde`: the exporter's section of a configuration file, from JSON, YAML or TOML; brings the exporter.
//! - `process`: `Registry::register_process`, the `process_*` families that every client library of Prometheus has.
//! - `tokio-metrics`: `Registry::register_tokio`, what a tokio runtime says of its workers and tasks.
//! - `testing`: assertions for tests on metrics, on the catalogue, and on alert rules.
//! - `prometheus-client`: registries of that crate mounted in ours, and ours as one of its collectors.

// What few programs call is `#[inline]`, however long: the crate that calls it compiles it, and no other program does. What all
// of them compile and call rarely fills its lists by loops: every chain of iterators is compiled with all that it goes through.

// The derives name this crate as its users do.
extern crate self as metricset;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod clock;
pub mod collect;
mod collectors;
mod digits;
mod dropped;
pub mod encode;
mod escape;
#[cfg(feature = "exporter")]
pub mod export;
mod family;
#[cfg(feature = "instrument")]
mod function;
#[cfg(feature = "prometheus-client")]
pub mod interop;
mod known;
mod labels;
mod lanes;
mod linked;
mod metrics;
mod observed;
mod partial_key;
mod reading;
mod registry;
mod set;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "exporter")]
pub use export::Exporter;
pub use family::{Family, MAX_LABEL_LEN, OVERFLOW};
#[cfg(feature = "instrument")]
pub use function::Outcome;
pub use labels::{LabelEnum, LabelSet, LabelValue};
pub use metrics::{
    Counter, CounterValue, Gauge, GaugeValue, Histogram, HistogramSnapshot, InFlightGuard, Info,
    Metric, Observation, SeriesMetric, StateSet, Timed, Timer, UpDownGauge,
};
#[cfg(feature = "summary")]
pub use metrics::{Summary, SummarySnapshot};
/// Derives the trait [`LabelEnum`](trait@LabelEnum), where its attributes are described.
#[doc(inline)]
pub use metricset_macros::LabelEnum;
/// Derives the trait [`LabelSet`](trait@LabelSet), where its attributes are described.
#[doc(inline)]
pub use metricset_macros::LabelSet;
/// Derives the trait [`LabelValue`](trait@LabelValue), where its attributes are described.
#[doc(inline)]
pub use metricset_macros::LabelValue;
/// Derives the trait [`MetricSet`](trait@MetricSet), where its attributes are described.
#[doc(inline)]
pub use metricset_macros::MetricSet;
#[cfg(feature = "instrument")]
#[doc = include_str!("function/attribute.md")]
pub use metricset_macros::instrument_metric;
pub use metricset_model::{MetricType, Unit, buckets, descriptor};
#[cfg(feature = "summary")]
pub use observed::SummaryReading;
pub use observed::{HistogramReading, Observable, Observed, ObservedMetric, ObservedSeries};
pub use partial_key::PartialKey;
pub use reading::REFRESH_TIMEOUT;
pub use registry::{FamilyRef, RegisterError, Registry, RegistryBuilder, SetBuilder, Size};
pub use set::{MetricSet, Optional};

/// The README's code, compiled.
#[cfg(all(
    doctest,
    feature = "process",
    feature = "serde",
    feature = "tokio-metrics"
))]
#[doc = include_str!("../../README.md")]
struct Readme;
