//! The labels and values that every contender records with.

use std::num::NonZeroUsize;

use foundations_metrics::LowCardinalityLabel;
use measured::label::StaticLabelSet;

/// Upper bounds of every histogram, in seconds.
pub const BOUNDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    fast_telemetry::DeriveLabel,
    fastmetrics::derive::EncodeLabelValue,
    measured::FixedCardinalityLabel,
    metricset::LabelEnum,
    prometheus_client::encoding::EncodeLabelValue,
    vise::EncodeLabelValue,
)]
#[label_name = "method"]
#[metrics(rename_all = "snake_case")]
pub enum Method {
    Get,
    Put,
    Post,
    Head,
    Patch,
}

impl Method {
    pub const ALL: [Self; 5] = [Self::Get, Self::Put, Self::Post, Self::Head, Self::Patch];

    /// For the libraries that take strings.
    #[inline]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Put => "put",
            Self::Post => "post",
            Self::Head => "head",
            Self::Patch => "patch",
        }
    }
}

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    fast_telemetry::DeriveLabel,
    fastmetrics::derive::EncodeLabelValue,
    measured::FixedCardinalityLabel,
    metricset::LabelEnum,
    prometheus_client::encoding::EncodeLabelValue,
    vise::EncodeLabelValue,
)]
#[label_name = "route"]
#[metrics(rename_all = "snake_case")]
pub enum Route {
    Index,
    Login,
    Search,
    Upload,
    Health,
}

impl Route {
    pub const ALL: [Self; 5] = [
        Self::Index,
        Self::Login,
        Self::Search,
        Self::Upload,
        Self::Health,
    ];

    /// For the libraries that take strings.
    #[inline]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Login => "login",
            Self::Search => "search",
            Self::Upload => "upload",
            Self::Health => "health",
        }
    }
}

/// Two closed labels.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    fastmetrics::derive::LabelSet,
    metricset::LabelSet,
    prometheus_client::encoding::EncodeLabelSet,
    vise::EncodeLabelSet,
)]
pub struct Request {
    pub method: Method,
    pub route: Route,
}

impl Request {
    /// Which request the `i`th one is: all combinations, one after the other.
    #[inline]
    pub fn nth(i: u64) -> Self {
        let (method, route) = PAIRS[i as usize % PAIRS.len()];
        Self { method, route }
    }

    /// The combination with this index.
    pub const fn at(index: usize) -> Self {
        Self {
            method: Method::ALL[index / Route::ALL.len()],
            route: Route::ALL[index % Route::ALL.len()],
        }
    }

    #[inline]
    pub const fn index(&self) -> usize {
        self.method as usize * Route::ALL.len() + self.route as usize
    }
}

/// A power of two of them, so that choosing one costs next to nothing beside what is measured.
static PAIRS: [(Method, Route); 32] = {
    let mut pairs = [(Method::Get, Route::Index); 32];
    let mut i = 0;
    while i < pairs.len() {
        pairs[i] = (Method::ALL[i % 5], Route::ALL[i / 5 % 5]);
        i += 1;
    }
    pairs
};

/// Combinations of a [`Request`].
pub const REQUESTS: usize = Method::ALL.len() * Route::ALL.len();

impl LowCardinalityLabel for Request {
    const CARDINALITY: NonZeroUsize = NonZeroUsize::new(REQUESTS).unwrap();

    #[inline]
    fn index(&self) -> usize {
        self.index()
    }
}

/// [`Request`] for measured, whose attributes the other derives would refuse.
#[derive(measured::LabelGroup)]
#[label(set = MeasuredRequestSet)]
pub struct MeasuredRequest {
    method: Method,
    route: Route,
}

impl MeasuredRequest {
    pub fn set() -> MeasuredRequestSet {
        MeasuredRequestSet {
            method: StaticLabelSet::new(),
            route: StaticLabelSet::new(),
        }
    }
}

impl From<Request> for MeasuredRequest {
    #[inline]
    fn from(Request { method, route }: Request) -> Self {
        Self { method, route }
    }
}

prometheus_static_metric::make_static_metric! {
    pub label_enum StaticMethod { get, put, post, head, patch }
    pub label_enum StaticRoute { index, login, search, upload, health }
    pub struct StaticCounters: IntCounter {
        "method" => StaticMethod,
        "route" => StaticRoute,
    }
    pub struct StaticHistograms: Histogram {
        "method" => StaticMethod,
        "route" => StaticRoute,
    }
}

impl From<Method> for StaticMethod {
    #[inline]
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::get,
            Method::Put => Self::put,
            Method::Post => Self::post,
            Method::Head => Self::head,
            Method::Patch => Self::patch,
        }
    }
}

impl From<Route> for StaticRoute {
    #[inline]
    fn from(route: Route) -> Self {
        match route {
            Route::Index => Self::index,
            Route::Login => Self::login,
            Route::Search => Self::search,
            Route::Upload => Self::upload,
            Route::Health => Self::health,
        }
    }
}

/// One open label, borrowed.
#[derive(metricset::LabelSet)]
pub struct Client<'a> {
    pub client: &'a str,
}

/// One open label, for the libraries that look up an owned key.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    fastmetrics::derive::LabelSet,
    prometheus_client::encoding::EncodeLabelSet,
    vise::EncodeLabelSet,
)]
pub struct OwnedClient {
    pub client: String,
}

/// One open label, for measured.
#[derive(measured::LabelGroup)]
#[label(set = MeasuredClientSet)]
pub struct MeasuredClient<'a> {
    #[label(dynamic_with = paracord::ParaCord, default)]
    pub client: &'a str,
}

/// Two open labels, borrowed.
#[derive(metricset::LabelSet)]
pub struct Shard<'a> {
    pub tenant: &'a str,
    pub shard: &'a str,
}

/// Two open labels, for the libraries that look up an owned key.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    fastmetrics::derive::LabelSet,
    prometheus_client::encoding::EncodeLabelSet,
    vise::EncodeLabelSet,
)]
pub struct OwnedShard {
    pub tenant: String,
    pub shard: String,
}

/// Two open labels, for measured.
#[derive(measured::LabelGroup)]
#[label(set = MeasuredShardSet)]
pub struct MeasuredShard<'a> {
    #[label(dynamic_with = paracord::ParaCord, default)]
    pub tenant: &'a str,
    #[label(dynamic_with = paracord::ParaCord, default)]
    pub shard: &'a str,
}

/// The values of 1,000 clients, 12 bytes each, in an order that no prefetcher knows; again from the start up to a power of two.
pub fn clients() -> &'static [String; 1024] {
    static CLIENTS: std::sync::LazyLock<Box<[String; 1024]>> = std::sync::LazyLock::new(|| {
        Box::new(std::array::from_fn(|i| {
            format!("client-{:05}", i * 7919 % 1000)
        }))
    });
    &CLIENTS
}

/// The labels of the `i`th series with two open labels of 12 bytes. Neither value is that of another series.
pub fn shard(i: usize) -> (String, String) {
    (format!("tenant{i:06}"), format!("shard-{i:06}"))
}

/// Observations spread over all buckets, in seconds, in no order.
pub static OBSERVATIONS: [f64; 1024] = {
    let mut values = [0.0; 1024];
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut i = 0;
    while i < values.len() {
        // xorshift; the sequence only has to be long enough that no branch predictor learns it by heart.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bucket = (state >> 32) as usize % BOUNDS.len();
        values[i] = BOUNDS[bucket] * 0.75;
        i += 1;
    }
    values
};

#[inline]
pub fn observation(i: u64) -> f64 {
    OBSERVATIONS[i as usize % OBSERVATIONS.len()]
}

/// The bucket that an observation falls into, for the floors.
#[inline]
pub fn bucket(value: f64) -> usize {
    BOUNDS.iter().map(|bound| usize::from(value > *bound)).sum()
}
