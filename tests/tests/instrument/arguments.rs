//! Families of a function's own, and metrics of sets that functions record into.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::time::Duration;

use metricset::{
    Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet, Outcome, Registry, Summary,
    UpDownGauge, instrument_metric,
};

use crate::observed::{block_on, exposition, poll_once, sample, suspend};

#[derive(Clone, Copy, LabelEnum)]
enum Method {
    Get,
    Post,
}

#[derive(Clone)]
struct Request {
    method: &'static str,
    peer: String,
}

impl From<&Request> for Method {
    fn from(request: &Request) -> Self {
        match request.method {
            "get" => Self::Get,
            _ => Self::Post,
        }
    }
}

#[derive(Debug)]
enum DialError {
    Refused,
    TimedOut,
}

#[derive(Clone, Copy, LabelEnum)]
enum ErrorKind {
    Refused,
    Timeout,
}

impl From<&DialError> for ErrorKind {
    fn from(error: &DialError) -> Self {
        match error {
            DialError::Refused => Self::Refused,
            DialError::TimedOut => Self::Timeout,
        }
    }
}

fn request(method: &'static str) -> Request {
    Request {
        method,
        peer: format!("peer of {method}"),
    }
}

/// Value of a sample of the whole exposition.
fn value(series: &str) -> f64 {
    sample(&exposition(), series)
}

/// Time to answer.
#[instrument_metric(
    name = "answer_seconds",
    prefix = "own",
    buckets = [0.5, 1, 60],
    labels(method = Method::from(&request), role = "server", secure = !request.peer.is_empty())
)]
fn answer(request: Request) -> Result<usize, String> {
    let Request { method, peer } = request;
    if method == "panic" {
        panic!("as it must");
    }
    (method == "get").then_some(peer.len()).ok_or(peer)
}

#[test]
fn a_family_of_its_own() {
    answer(request("get")).unwrap();
    answer(request("post")).unwrap_err();
    catch_unwind(|| answer(request("panic"))).unwrap_err();
    let text = exposition();
    let count = |method, secure, outcome| {
        let labels = format!(
            "role=\"server\",method=\"{method}\",secure=\"{secure}\",outcome=\"{outcome}\""
        );
        sample(&text, &format!("own_answer_seconds_count{{{labels}}}"))
    };
    assert_eq!(count("get", true, "ok"), 1.0);
    assert_eq!(count("post", true, "error"), 1.0);
    assert_eq!(count("post", true, "panic"), 1.0);
    assert_eq!(count("post", false, "cancelled"), 0.0);
    assert!(text.contains(
        "# HELP own_answer_seconds Time to answer.\n# TYPE own_answer_seconds histogram\n"
    ));
    let bounds: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("own_answer_seconds_bucket{role=\"server\",method=\"get\",secure=\"true\",outcome=\"ok\""))
        .collect();
    assert_eq!(bounds.len(), 4, "{bounds:?}");
    // What has a family of its own is not counted twice, and what that family does not show still is.
    assert!(!text.contains("function_calls_total{function=\"answer\""));
    assert!(!text.contains("function_duration_seconds_count{function=\"answer\""));
    assert!(text.contains("function_calls_in_flight{function=\"answer\""));
}

/// Time to dial.
#[instrument_metric(
    name = "own_dial_seconds",
    help = "Not the doc comment.",
    error = ErrorKind
)]
async fn dial(error: Option<DialError>) -> Result<(), DialError> {
    suspend().await;
    match error {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

#[test]
fn errors_become_a_label() {
    block_on(dial(None)).unwrap();
    block_on(dial(Some(DialError::Refused))).unwrap_err();
    block_on(dial(Some(DialError::TimedOut))).unwrap_err();
    {
        let mut future = pin!(dial(None));
        assert!(poll_once(future.as_mut()).is_pending());
    }
    let text = exposition();
    let count = |outcome, error| {
        let labels = format!("outcome=\"{outcome}\",error=\"{error}\"");
        sample(&text, &format!("own_dial_seconds_count{{{labels}}}"))
    };
    assert_eq!(count("ok", ""), 1.0);
    assert_eq!(count("error", "refused"), 1.0);
    assert_eq!(count("error", "timeout"), 1.0);
    assert_eq!(count("cancelled", ""), 1.0);
    assert_eq!(count("panic", ""), 0.0);
    // An error of no kind and a success of some cannot be.
    assert_eq!(text.matches("own_dial_seconds_count{").count(), 5);
    assert!(text.contains("# HELP own_dial_seconds Not the doc comment.\n"));
}

/// Time to greet a peer.
#[instrument_metric(
    name = "own_greet_seconds",
    max_series = 3,
    labels(peer: &str = &request.peer, shard: u8 = request.method.len() as u8)
)]
fn greet(request: &Request) {
    let _ = request;
}

#[test]
fn open_labels_have_a_cap() {
    for method in ["a", "bb", "a", "ccc", "dddd"] {
        greet(&request(method));
    }
    let text = exposition();
    let count = |peer, shard, outcome| {
        let labels = format!("peer=\"{peer}\",shard=\"{shard}\",outcome=\"{outcome}\"");
        sample(&text, &format!("own_greet_seconds_count{{{labels}}}"))
    };
    assert_eq!(count("peer of a", "1", "ok"), 2.0);
    assert_eq!(count("peer of ccc", "3", "ok"), 1.0);
    assert_eq!(count("_overflow", "_overflow", "_overflow"), 1.0);
}

#[derive(LabelSet)]
struct ByMethod {
    method: Method,
}

#[derive(LabelSet)]
struct ByOutcome {
    outcome: Outcome,
    method: Method,
    error: Option<ErrorKind>,
}

#[derive(LabelSet)]
struct ByPeer<'a> {
    peer: &'a str,
    #[label(rename = "type")]
    kind: Method,
}

/// Metrics that functions record into.
#[derive(MetricSet)]
#[metrics(prefix = "into")]
struct IntoMetrics {
    /// Time by method.
    #[metric(buckets = [0.5, 1.0])]
    method_seconds: Family<ByMethod, Histogram>,
    /// Time of everything.
    #[metric(buckets = "fast_latency")]
    all_seconds: Histogram<Duration>,
    /// Quantiles of the time by method.
    #[metric(quantiles = [0, 1])]
    summed_seconds: Family<ByMethod, Summary>,
    /// Calls by how they ended.
    calls_total: Family<ByOutcome, Counter>,
    /// All calls.
    all_calls_total: Counter<f64>,
    /// Calls in flight.
    active: UpDownGauge,
    /// Calls in flight by method.
    method_active: Family<ByMethod, Gauge>,
    /// Calls by peer.
    #[metric(max_series = 10)]
    peer_calls_total: Family<ByPeer<'static>, Counter>,
    #[metric(nested, prefix = "inner")]
    inner: InnerMetrics,
}

/// Metrics inside.
#[derive(MetricSet)]
#[metrics(register = false)]
struct InnerMetrics {
    /// Time of something else.
    #[metric(buckets = [0.25])]
    other_seconds: Histogram,
}

static INTO: IntoMetrics = IntoMetrics::global();

#[instrument_metric(
    into = INTO.method_seconds,
    calls = INTO.calls_total,
    in_flight = INTO.active,
    labels(method = Method::from(&request)),
    error = ErrorKind
)]
async fn serve(request: Request, error: Option<DialError>) -> Result<String, DialError> {
    suspend().await;
    match error {
        Some(error) => Err(error),
        None => Ok(request.peer),
    }
}

#[test]
fn metrics_of_a_set() {
    let mut future = Box::pin(serve(request("get"), None));
    assert_eq!(INTO.active.get(), 0);
    assert!(poll_once(future.as_mut()).is_pending());
    assert_eq!(INTO.active.get(), 1);
    block_on(future).unwrap();
    block_on(serve(request("post"), Some(DialError::Refused))).unwrap_err();
    drop(serve(request("get"), None));
    {
        let mut future = pin!(serve(request("post"), None));
        assert!(poll_once(future.as_mut()).is_pending());
    }
    assert_eq!(INTO.active.get(), 0);
    let time = |method| {
        INTO.method_seconds
            .with(ByMethod { method })
            .snapshot()
            .count()
    };
    assert_eq!((time(Method::Get), time(Method::Post)), (1, 2));
    let calls = |outcome, method, error| {
        INTO.calls_total
            .with(ByOutcome {
                outcome,
                method,
                error,
            })
            .get()
    };
    assert_eq!(calls(Outcome::Ok, Method::Get, None), 1);
    assert_eq!(
        calls(Outcome::Error, Method::Post, Some(ErrorKind::Refused)),
        1
    );
    assert_eq!(calls(Outcome::Cancelled, Method::Post, None), 1);
    assert!(!exposition().contains("function=\"serve\""));
}

#[instrument_metric(into = INTO.all_seconds, calls = INTO.all_calls_total)]
fn unlabelled() -> u8 {
    1
}

#[instrument_metric(into = INTO.summed_seconds, labels(method = Method::Get))]
fn summed() {}

#[instrument_metric(into = INTO.inner.other_seconds)]
fn within() {}

#[test]
fn metrics_without_labels_and_in_nested_sets() {
    assert_eq!(unlabelled() + unlabelled(), 2);
    assert_eq!(INTO.all_seconds.snapshot().count(), 2);
    assert_eq!(INTO.all_calls_total.get(), 2.0);
    summed();
    let method = Method::Get;
    let summary = INTO.summed_seconds.with(ByMethod { method }).snapshot();
    assert_eq!(summary.count, 1);
    assert_eq!(summary.values, [summary.sum, summary.sum]);
    within();
    assert_eq!(INTO.inner.other_seconds.snapshot().count(), 1);
    let text = exposition();
    // Where the calls of this one go is not said, so they are still shown with all others.
    assert!(text.contains("function_calls_total{function=\"within\""));
    assert!(!text.contains("function_duration_seconds_count{function=\"within\""));
}

#[instrument_metric(
    calls = INTO.peer_calls_total,
    labels(peer: String = request.peer.clone(), type = Method::from(&*request))
)]
fn by_peer(request: &mut Request) {
    request.peer.push('!');
}

#[instrument_metric(in_flight = INTO.method_active, labels(method = Method::Get))]
fn in_flight_by_method(fails: bool) -> usize {
    assert!(!fails, "as it must");
    INTO.method_active
        .with(ByMethod {
            method: Method::Get,
        })
        .get() as usize
}

#[test]
fn labels_are_computed_before_the_body() {
    let mut changed = request("get");
    by_peer(&mut changed);
    by_peer(&mut changed);
    assert_eq!(
        value("into_peer_calls_total{peer=\"peer of get\",type=\"get\"}"),
        1.0
    );
    assert_eq!(
        value("into_peer_calls_total{peer=\"peer of get!\",type=\"get\"}"),
        1.0
    );

    assert_eq!(in_flight_by_method(false), 1);
    catch_unwind(AssertUnwindSafe(|| in_flight_by_method(true))).unwrap_err();
    assert_eq!(
        INTO.method_active
            .with(ByMethod {
                method: Method::Get
            })
            .get(),
        0
    );
}

struct Client {
    kind: Method,
}

impl Client {
    /// Time to call.
    #[instrument_metric(
        name = "own_call_seconds",
        labels(kind: Method = self.kind, second: bool = pair.1),
        ok_if = |size| *size > 0
    )]
    async fn call(&mut self, pair: (u8, bool), (size, _): (u8, u8)) -> u8 {
        suspend().await;
        size + pair.0
    }
}

#[test]
fn labels_from_self_and_beside_patterns() {
    let mut client = Client { kind: Method::Post };
    assert_eq!(block_on(client.call((0, true), (0, 1))), 0);
    assert_eq!(block_on(client.call((1, true), (0, 1))), 1);
    let count = |outcome| {
        value(&format!(
            "own_call_seconds_count{{kind=\"post\",second=\"true\",outcome=\"{outcome}\"}}"
        ))
    };
    assert_eq!((count("ok"), count("error")), (1.0, 1.0));
}

/// Time to list.
#[instrument_metric(name = "own_list_seconds", labels(method = Method::Get))]
fn list<T: Clone, const N: usize>(values: &[T; N]) -> Vec<T> {
    values.to_vec()
}

#[test]
fn generic_functions_share_their_family() {
    assert_eq!(list(&[1, 2]).len() + list(&["a"]).len(), 3);
    assert_eq!(
        value("own_list_seconds_count{method=\"get\",outcome=\"ok\"}"),
        2.0
    );
}

#[instrument_metric(objective(success = 99.9, latency = (0.25, 99)))]
fn promised() {}

#[instrument_metric(into = INTO.inner.other_seconds, objective(latency = (0.25, 90)))]
fn promised_into() {}

/// Promised.
#[instrument_metric(name = "own_promised_seconds", buckets = [2], objective(latency = (2, 90)))]
fn promised_own() {}

#[test]
fn own_families_are_in_the_catalogue() {
    promised();
    promised_into();
    promised_own();
    let registry = Registry::linked().unwrap();
    let untouched = registry.untouched();
    assert!(
        untouched
            .iter()
            .all(|family| family.name != "own_promised_seconds")
    );
}
