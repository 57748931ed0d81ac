//! Libraries that deny lints, are of another edition, or know the runtime by another name.

use metricset::Registry;
use metricset::encode::{Format, encode};
use metricset_test_renamed as renamed;
use metricset_test_strict as strict;

#[test]
fn a_strict_library_of_edition_2021() {
    strict::count();
    strict::count();
    assert_eq!(strict::PEERS.cache.hits_total.get(), 2);
    let registry = Registry::linked().unwrap();
    let mut text = String::new();
    encode(&registry, Format::PrometheusText, &mut text);
    assert!(text.contains("\nstrict_cache_hits_total{region=\"eu\"} 2\n"));
    assert!(text.contains("\nstrict_inner_endpoints_total{direction=\"inbound\",port=\"0\"} 2\n"));
}

#[test]
fn the_runtime_under_another_name() {
    let labels = renamed::Connection {
        transport: renamed::Transport::Quic,
        peer: renamed::PeerId(7),
    };
    let series = renamed::PEERS.connections_total.with(labels);
    series.inc();
    renamed::PEERS.inner.calls_total.inc();
    assert_eq!(series.get(), 1);
    assert_eq!(renamed::PEERS.inner.calls_total.get(), 1);
}

#[test]
fn instrumented_functions_of_a_renamed_dependency() {
    renamed::dial().unwrap();
    drop(renamed::listen());
    renamed::Listener.accept();
    let mut text = String::new();
    encode(
        &Registry::linked().unwrap(),
        Format::PrometheusText,
        &mut text,
    );
    let series =
        r#"function_calls_total{function="dial",module="metricset_test_renamed",outcome="ok"} 1"#;
    assert!(text.contains(series), "{text}");
    assert!(
        text.contains(r#"renamed_listen_seconds_count{transport="quic",outcome="ok",error=""} 0"#)
    );
    assert!(text.contains("listener_accept_seconds_count 1"));
}
