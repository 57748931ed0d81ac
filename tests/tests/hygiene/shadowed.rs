//! A module in which every name that generated code could lean on means something else.
#![no_implicit_prelude]
#![allow(
    dead_code,
    non_camel_case_types,
    unused_macros,
    reason = "the names only have to be there"
)]

mod core {}
mod std {}
mod alloc {}
mod metricset {}
mod inventory {}
mod __private {}

struct Option;
struct Some;
struct None;
struct Result;
struct Ok;
struct Err;
struct Vec;
struct String;
struct Box;
struct Counter;
struct Duration;
struct Build;
struct Program;
struct Location;
trait Copy {}
trait Clone {}
trait Fn {}
trait FnMut {}
trait FnOnce {}
trait Iterator {}
trait LabelEnum {}
trait LabelSet {}
trait LabelValue {}
trait MetricSet {}
trait Metric {}
trait Sized {}
trait Sync {}

type bool = ();
type str = ();
type u8 = ();
type u32 = ();
type u64 = ();
type usize = ();
type f64 = ();

macro_rules! file {
    ($($t:tt)*) => {
        ::core::compile_error!("shadowed")
    };
}
macro_rules! line {
    ($($t:tt)*) => {
        ::core::compile_error!("shadowed")
    };
}
macro_rules! env {
    ($($t:tt)*) => {
        ::core::compile_error!("shadowed")
    };
}
macro_rules! module_path {
    ($($t:tt)*) => {
        ::core::compile_error!("shadowed")
    };
}
macro_rules! panic {
    ($($t:tt)*) => {
        ::core::compile_error!("shadowed")
    };
}
macro_rules! assert {
    ($($t:tt)*) => {
        ::core::compile_error!("shadowed")
    };
}

#[derive(::core::clone::Clone, ::core::marker::Copy, ::metricset::LabelEnum)]
enum Transport {
    Quic,
    #[label(other)]
    Other,
}

#[derive(::metricset::LabelValue)]
struct PeerId<'a>(&'a ::core::primitive::str);

#[derive(::metricset::LabelSet)]
struct Connection<'a> {
    transport: Transport,
    direct: ::core::primitive::bool,
    peer: PeerId<'a>,
}

#[derive(::metricset::LabelSet)]
struct Closed {
    transport: Transport,
}

#[derive(::metricset::MetricSet)]
#[metrics(register = false)]
struct Inner {
    /// Calls.
    calls_total: ::metricset::Counter,
}

#[derive(::metricset::MetricSet)]
#[metrics(
    prefix = "shadowed",
    labels(region = "eu"),
    allow(counter_without_total)
)]
struct Set {
    /// Calls.
    calls: ::metricset::Counter,
    /// Connections.
    #[metric(max_series = 10, idle_timeout = "1h")]
    connections_total: ::metricset::Family<Connection<'static>, ::metricset::Counter>,
    /// Waiting.
    #[metric(sparse)]
    waiting: ::metricset::Family<Closed, ::metricset::UpDownGauge>,
    /// Size.
    #[metric(unit = "bytes")]
    size_bytes: ::metricset::Gauge,
    /// Time to answer.
    #[metric(buckets = [0.1, 1, 10])]
    answer_seconds: ::metricset::Histogram,
    /// Time to ask.
    #[metric(buckets = "latency")]
    ask_seconds: ::metricset::Histogram,
    /// Time to reply.
    #[metric(quantiles = [0, 0.5], max_age = "1m", age_buckets = 2)]
    reply_seconds: ::metricset::Summary,
    /// Pauses.
    #[metric(quantiles = QUANTILES, max_series = COUNT)]
    pause_seconds:
        ::metricset::Observed<::metricset::Family<Connection<'static>, ::metricset::Summary>>,
    #[metric(partial_key)]
    connection: ::metricset::PartialKey<Connection<'static>>,
    /// Open.
    files_open: ::metricset::Observed<::metricset::Gauge>,
    /// Seen.
    #[metric(max_series = 10)]
    seen_total:
        ::metricset::Observed<::metricset::Family<Connection<'static>, ::metricset::Counter>>,
    #[metric(nested, prefix = "inner")]
    inner: Inner,
    #[metric(nested, prefix = "second")]
    second: ::metricset::Optional<Inner>,
}

const QUANTILES: &[::core::primitive::f64] = &[0.5, 0.9];
const COUNT: ::core::primitive::usize = 5;

static SET: Set = Set::global();

#[test]
fn build_info() {
    ::metricset::build_info!("shadowed_program");
}

#[test]
fn works() {
    SET.calls.inc();
    let peer = PeerId("a");
    SET.connections_total
        .with(Connection {
            transport: Transport::Other,
            direct: true,
            peer,
        })
        .inc();
    let transport = Transport::Quic;
    SET.waiting.with(Closed { transport }).inc();
    SET.size_bytes.set(5);
    SET.answer_seconds.observe(0.5);
    SET.ask_seconds.observe(0.5);
    SET.files_open.read_with(|| 3);
    SET.seen_total.read_with(|series| {
        series.push(
            Connection {
                transport: Transport::Quic,
                direct: false,
                peer: PeerId("b"),
            },
            1,
        );
    });
    SET.pause_seconds.read_with(|_| ());
    SET.reply_seconds.observe(0.5);
    ::std::assert_eq!(SET.reply_seconds.snapshot().count, 1);
    let removed = SET.connection.remove(Connection {
        transport: Transport::Other,
        direct: true,
        peer: PeerId("a"),
    });
    ::std::assert_eq!(removed, 1);
    SET.inner.calls_total.inc();
    SET.second.enable();
    ::std::assert_eq!(SET.calls.get(), 1);
    ::std::assert_eq!(SET.answer_seconds.snapshot().count(), 1);
}
