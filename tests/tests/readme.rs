//! What the README shows is what there is: its exposition and its compiler message. Its code is compiled as documentation of
//! the runtime.

use metricset::encode::{Format, encode};
use metricset::{Counter, Family, LabelEnum, LabelSet, MetricSet, Registry};

const README: &str = include_str!("../../README.md");

// From here to the static is the README's program, to the letter.

#[derive(Clone, Copy, LabelEnum)]
enum Direction {
    Inbound,
    Outbound,
}

#[derive(LabelSet)]
struct Connection {
    direction: Direction,
}

/// Peer connectivity.
#[derive(MetricSet)]
#[metrics(prefix = "peers")]
struct PeerMetrics {
    /// Connections by direction.
    connections_total: Family<Connection, Counter>,
}

static PEERS: PeerMetrics = PeerMetrics::global();

#[test]
fn the_exposition_is_that_of_the_program() {
    let source = include_str!("readme.rs");
    let start = source.find("#[derive(Clone, Copy, LabelEnum)]").unwrap();
    let end = source.find("\n#[test]").unwrap();
    assert!(README.contains(&source[start..end]));

    let direction = Direction::Inbound;
    PEERS.connections_total.with(Connection { direction }).inc();
    PEERS
        .connections_total
        .with(Connection {
            direction: Direction::Outbound,
        })
        .inc_by(0);
    let mut exposition = String::new();
    encode(
        &Registry::linked().unwrap(),
        Format::PrometheusText,
        &mut exposition,
    );
    let start = exposition.find("# HELP peers_connections_total").unwrap();
    assert!(README.contains(&exposition[start..]), "{exposition}");
}

#[test]
fn the_compiler_message_is_the_compilers() {
    let case = include_str!("../ui/lints/counter_without_total.rs");
    let declaration = case.split("\nfn main").next().unwrap();
    assert!(README.contains(declaration.trim()));
    let message = include_str!("../ui/lints/counter_without_total.stderr");
    let message = message.replace("ui/lints/counter_without_total.rs", "src/metrics.rs");
    assert!(README.contains(message.trim()), "{message}");
}
