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
