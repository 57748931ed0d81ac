//! By hand what the derives generate: the contract between the macros and the runtime.
#![forbid(unsafe_code)]
#![allow(missing_docs, unreachable_pub, clippy::let_and_return)]

use metricset::{Counter, Family, Gauge, Histogram, Optional, Registry};

#[derive(Clone, Copy)]
enum Transport {
    Quic,
    H2,
}

const _: () = {
    #[automatically_derived]
    impl ::metricset::LabelValue for Transport {
        const CLOSED: ::core::option::Option<&'static [&'static str]> =
            ::core::option::Option::Some(<Self as ::metricset::LabelEnum>::VALUES);
        #[inline(always)]
        fn position(&self) -> usize {
            ::metricset::LabelEnum::index(*self)
        }
        #[inline]
        fn with_str<__R>(&self, __f: impl ::core::ops::FnOnce(&str) -> __R) -> __R {
            __f(::metricset::LabelEnum::as_str(*self))
        }
    }
    #[automatically_derived]
    impl ::metricset::LabelEnum for Transport {
        const VALUES: &'static [&'static str] = &["quic", "h2"];
        #[inline(always)]
        fn index(self) -> usize {
            match self {
                Self::Quic => 0,
                Self::H2 => 1,
            }
        }
        fn from_value(__value: &str) -> ::core::option::Option<Self> {
            match __value {
                "quic" => ::core::option::Option::Some(Self::Quic),
                "h2" => ::core::option::Option::Some(Self::H2),
                _ => ::core::option::Option::None,
            }
        }
    }
};

struct Connection {
    transport: Transport,
    direct: bool,
}

struct Client<'a> {
    client_id: &'a str,
}

const _: () = {
    impl Connection {
        const __LABELS: &'static [::metricset::__private::LabelDescriptor] = &[
            ::metricset::__private::LabelDescriptor::new(
                "transport",
                <Transport as ::metricset::LabelValue>::CLOSED,
            ),
            ::metricset::__private::LabelDescriptor::new(
                "direct",
                <bool as ::metricset::LabelValue>::CLOSED,
            ),
        ];
    }
    #[automatically_derived]
    impl ::metricset::LabelSet for Connection {
        type With<'__w> = Connection;
        const LABELS: &'static [::metricset::__private::LabelDescriptor] = Connection::__LABELS;
        #[inline(always)]
        fn index(__labels: &Self::With<'_>) -> usize {
            let __index = 0;
            let __index = __index
                * <Transport as ::metricset::LabelValue>::CLOSED.map_or(1, <[_]>::len)
                + ::metricset::LabelValue::position(&__labels.transport);
            let __index = __index * <bool as ::metricset::LabelValue>::CLOSED.map_or(1, <[_]>::len)
                + ::metricset::LabelValue::position(&__labels.direct);
            __index
        }
        #[inline]
        fn visit(__labels: &Self::With<'_>, __each: &mut impl ::core::ops::FnMut(&str)) {
            ::metricset::LabelValue::with_str(&__labels.transport, |__v| __each(__v));
            ::metricset::LabelValue::with_str(&__labels.direct, |__v| __each(__v));
        }
    }
};

const _: () = {
    impl<'a> Client<'a> {
        const __LABELS: &'static [::metricset::__private::LabelDescriptor] =
            &[::metricset::__private::LabelDescriptor::new(
                "client_id",
                <&'a str as ::metricset::LabelValue>::CLOSED,
            )];
    }
    #[automatically_derived]
    impl ::metricset::LabelSet for Client<'static> {
        type With<'__w> = Client<'__w>;
        const LABELS: &'static [::metricset::__private::LabelDescriptor] =
            <Client<'static>>::__LABELS;
        #[inline(always)]
        fn index(_: &Self::With<'_>) -> usize {
            0
        }
        #[inline]
        fn visit(__labels: &Self::With<'_>, __each: &mut impl ::core::ops::FnMut(&str)) {
            ::metricset::LabelValue::with_str(&__labels.client_id, |__v| __each(__v));
        }
    }
};

struct Db {
    queries_total: Counter,
}
struct Peer {
    connected: Gauge,
    connections_total: Family<Connection, Counter>,
    bytes_total: Family<Client<'static>, Counter>,
    latency_seconds: Histogram,
    db: Db,
    cache: Optional<Db>,
}

// register = false
const _: () = {
    use ::metricset::__private as __m;
    const __F0: __m::FamilyDescriptor = __m::FamilyDescriptor::new(
        "db_queries_total",
        "queries_total",
        <Counter as __m::Metric>::TYPE,
        <Counter as __m::Metric>::LABELS,
        "Queries.",
        __m::Location {
            file: file!(),
            line: line!(),
        },
    );
    const __FAMILIES: &[__m::FamilyDescriptor] = &[__F0];
    const _: () = __m::check::assert_family("db", __FAMILIES, &__F0);
    static __SET: __m::SetDescriptor = __m::SetDescriptor::new(
        "Db",
        "",
        "db",
        &[],
        __FAMILIES,
        &[],
        env!("CARGO_PKG_NAME"),
        module_path!(),
        __m::Location {
            file: file!(),
            line: line!(),
        },
    );
    pub struct __Storage {
        queries_total: <Counter as __m::Metric>::Storage,
    }
    impl __Storage {
        pub const fn __new() -> Self {
            Self {
                queries_total: <<Counter as __m::Metric>::Storage>::__new(&__F0),
            }
        }
    }
    impl __m::SetStorage for __Storage {
        fn descriptor(&self) -> &'static __m::SetDescriptor {
            &__SET
        }
        fn visit(&'static self, __visitor: &mut dyn __m::SetVisitor) {
            __visitor.family(&__F0, &self.queries_total);
        }
    }
    impl Db {
        const fn __handles(__storage: &'static __Storage) -> Self {
            Self {
                queries_total: <Counter>::__attach(&__storage.queries_total),
            }
        }
    }
    impl ::metricset::MetricSet for Db {
        const DESCRIPTOR: &'static __m::SetDescriptor = &__SET;
        type Storage = __Storage;
        fn __storage() -> __Storage {
            __Storage::__new()
        }
        fn __handles(__storage: &'static __Storage) -> Self {
            Self::__handles(__storage)
        }
    }
};

const _: () = {
    use ::metricset::__private as __m;
    const __F0: __m::FamilyDescriptor = __m::FamilyDescriptor::new(
        "peer_connected",
        "connected",
        <Gauge as __m::Metric>::TYPE,
        <Gauge as __m::Metric>::LABELS,
        "Peers.",
        __m::Location {
            file: file!(),
            line: line!(),
        },
    );
    const __F1: __m::FamilyDescriptor = __m::FamilyDescriptor::new(
        "peer_connections_total",
        "connections_total",
        <Family<Connection, Counter> as __m::Metric>::TYPE,
        <Family<Connection, Counter> as __m::Metric>::LABELS,
        "Connections.",
        __m::Location {
            file: file!(),
            line: line!(),
        },
    );
    const __F2: __m::FamilyDescriptor = __m::FamilyDescriptor::new(
        "peer_bytes_total",
        "bytes_total",
        <Family<Client<'static>, Counter> as __m::Metric>::TYPE,
        <Family<Client<'static>, Counter> as __m::Metric>::LABELS,
        "Bytes.",
        __m::Location {
            file: file!(),
            line: line!(),
        },
    )
    .with_max_series(2);
    const __F3: __m::FamilyDescriptor = __m::FamilyDescriptor::new(
        "peer_latency_seconds",
        "latency_seconds",
        <Histogram as __m::Metric>::TYPE,
        <Histogram as __m::Metric>::LABELS,
        "Latency.",
        __m::Location {
            file: file!(),
            line: line!(),
        },
    )
    .with_buckets(&[0.1, 1.0]);
    const __FAMILIES: &[__m::FamilyDescriptor] = &[__F0, __F1, __F2, __F3];
    const _: () = __m::check::assert_family("peer", __FAMILIES, &__F0);
    const _: () = __m::check::assert_family("peer", __FAMILIES, &__F1);
    const _: () = __m::check::assert_family("peer", __FAMILIES, &__F2);
    const _: () = __m::check::assert_family("peer", __FAMILIES, &__F3);
    const __N0: __m::NestedDescriptor = __m::NestedDescriptor::new(
        "db",
        false,
        <Db as ::metricset::MetricSet>::DESCRIPTOR,
        __m::Location {
            file: file!(),
            line: line!(),
        },
    );
    const __N1: __m::NestedDescriptor = __m::NestedDescriptor::new(
        "cache",
        true,
        <Db as ::metricset::MetricSet>::DESCRIPTOR,
        __m::Location {
            file: file!(),
            line: line!(),
        },
    );
    const _: () = __m::check::assert_nested("peer", &__N0);
    static __SET: __m::SetDescriptor = __m::SetDescriptor::new(
        "Peer",
        "",
        "peer",
        &[],
        __FAMILIES,
        &[__N0, __N1],
        env!("CARGO_PKG_NAME"),
        module_path!(),
        __m::Location {
            file: file!(),
            line: line!(),
        },
    );
    pub struct __Storage {
        connected: <Gauge as __m::Metric>::Storage,
        connections_total: <Family<Connection, Counter> as __m::Metric>::Storage,
        bytes_total: <Family<Client<'static>, Counter> as __m::Metric>::Storage,
        latency_seconds: <Histogram as __m::Metric>::Storage,
        db: <Db as ::metricset::MetricSet>::Storage,
        cache: __m::OptionalStorage<<Db as ::metricset::MetricSet>::Storage>,
    }
    impl __Storage {
        pub const fn __new() -> Self {
            Self {
                connected: <<Gauge as __m::Metric>::Storage>::__new(&__F0),
                connections_total: <<Family<Connection, Counter> as __m::Metric>::Storage>::__new(
                    &__F1,
                ),
                bytes_total: <<Family<Client<'static>, Counter> as __m::Metric>::Storage>::__new(
                    &__F2,
                ),
                latency_seconds: <<Histogram as __m::Metric>::Storage>::__new(&__F3),
                db: <<Db as ::metricset::MetricSet>::Storage>::__new(),
                cache: __m::OptionalStorage::__new(
                    <<Db as ::metricset::MetricSet>::Storage>::__new(),
                ),
            }
        }
    }
    impl __m::SetStorage for __Storage {
        fn descriptor(&self) -> &'static __m::SetDescriptor {
            &__SET
        }
        fn visit(&'static self, __visitor: &mut dyn __m::SetVisitor) {
            __visitor.family(&__F0, &self.connected);
            __visitor.family(&__F1, &self.connections_total);
            __visitor.family(&__F2, &self.bytes_total);
            __visitor.family(&__F3, &self.latency_seconds);
            __visitor.nested(&__N0, ::core::option::Option::None, &self.db);
            __visitor.nested(
                &__N1,
                ::core::option::Option::Some(&self.cache.enabled),
                &self.cache.set,
            );
        }
    }
    static __STORAGE: __Storage = __Storage::__new();
    impl Peer {
        const fn __handles(__storage: &'static __Storage) -> Self {
            Self {
                connected: <Gauge>::__attach(&__storage.connected),
                connections_total: <Family<Connection, Counter>>::__attach(
                    &__storage.connections_total,
                ),
                bytes_total: <Family<Client<'static>, Counter>>::__attach(&__storage.bytes_total),
                latency_seconds: <Histogram>::__attach(&__storage.latency_seconds),
                db: <Db>::__handles(&__storage.db),
                cache: <Optional<Db>>::__attach(
                    &__storage.cache.enabled,
                    <Db>::__handles(&__storage.cache.set),
                ),
            }
        }
        /// The instance that the linker registered.
        const fn global() -> Self {
            Self::__handles(&__STORAGE)
        }
    }
    #[__m::linkme::distributed_slice(__m::SETS)]
    #[linkme(crate = __m::linkme)]
    static __ENTRY: &'static dyn __m::SetStorage = &__STORAGE;
    impl ::metricset::MetricSet for Peer {
        const DESCRIPTOR: &'static __m::SetDescriptor = &__SET;
        type Storage = __Storage;
        fn __storage() -> __Storage {
            __Storage::__new()
        }
        fn __handles(__storage: &'static __Storage) -> Self {
            Self::__handles(__storage)
        }
    }
};

static PEER: Peer = Peer::global();

#[test]
fn expansion() {
    PEER.connected.set(3);
    PEER.connections_total
        .with(Connection {
            transport: Transport::H2,
            direct: true,
        })
        .inc();
    PEER.connections_total
        .with(Connection {
            transport: Transport::Quic,
            direct: true,
        })
        .inc_by(5);
    let id = String::from("a");
    PEER.bytes_total.with(Client { client_id: &id }).inc();
    PEER.bytes_total.with(Client { client_id: "a" }).inc();
    PEER.bytes_total.with(Client { client_id: "b" }).inc();
    PEER.bytes_total.with(Client { client_id: "c" }).inc();
    PEER.latency_seconds.observe(0.5);
    PEER.db.queries_total.inc();
    PEER.cache.enable();
    PEER.cache.get().unwrap().queries_total.inc();
    assert_eq!(PEER.bytes_total.with(Client { client_id: "a" }).get(), 2);
    assert_eq!(
        PEER.connections_total
            .with(Connection {
                transport: Transport::Quic,
                direct: true
            })
            .get(),
        5
    );
    assert_eq!(PEER.latency_seconds.snapshot().count(), 1);
    let registry = Registry::linked().unwrap();
    assert_eq!(registry.size().series, 1 + 4 + 3 + 1 + 2);
    let again: Peer = Registry::new().register().unwrap();
    assert_eq!(again.connected.get(), 0);
}
