//! One call ends the series of a client in all families.

use std::time::{Duration, Instant};

use metricset::{
    Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet, Optional, PartialKey,
    Registry, Summary,
};

use super::samples;

#[derive(Clone, Copy, LabelEnum)]
enum Direction {
    Inbound,
    Outbound,
}

#[derive(LabelSet)]
struct Client<'a> {
    client_id: &'a str,
}

#[derive(LabelSet)]
struct Traffic<'a> {
    direction: Direction,
    client_id: &'a str,
    encrypted: bool,
}

#[derive(LabelSet)]
struct Route<'a> {
    client_id: &'a str,
    target: &'a str,
}

#[derive(LabelSet)]
struct Way {
    direction: Direction,
}

#[derive(LabelSet)]
struct ClientWay<'a> {
    client_id: &'a str,
    direction: Direction,
}

/// Routes of clients.
#[derive(MetricSet)]
#[metrics(register = false)]
struct Routes {
    /// By client and target.
    uses_total: Family<Route<'static>, Counter>,
    /// Of this set alone.
    #[metric(partial_key)]
    client: PartialKey<Client<'static>>,
}

/// Clients and others.
#[derive(MetricSet)]
#[metrics(prefix = "vpn", register = false)]
struct Vpn {
    /// By direction, client and encryption.
    bytes_total: Family<Traffic<'static>, Counter>,
    /// By client.
    streams: Family<Client<'static>, Gauge>,
    /// By client.
    #[metric(buckets = [1])]
    wait_seconds: Family<Client<'static>, Histogram>,
    /// By client.
    #[metric(quantiles = [0.5])]
    size_bytes: Family<Client<'static>, Summary>,
    /// No client.
    #[metric(sparse)]
    packets_total: Family<Way, Counter>,
    #[metric(nested, prefix = "routes")]
    routes: Optional<Routes>,
    #[metric(partial_key)]
    client: PartialKey<Client<'static>>,
    #[metric(partial_key)]
    client_way: PartialKey<ClientWay<'static>>,
}

fn vpn() -> (Registry, Vpn) {
    let registry = Registry::new();
    let vpn: Vpn = registry.register().expect("nothing clashes");
    vpn.routes.enable();
    (registry, vpn)
}

impl Vpn {
    fn record(&self, client_id: &str) {
        for direction in [Direction::Inbound, Direction::Outbound] {
            let traffic = Traffic {
                direction,
                client_id,
                encrypted: true,
            };
            self.bytes_total.with(traffic).inc();
            self.packets_total.with(Way { direction }).inc();
        }
        self.streams.with(Client { client_id }).inc();
        self.wait_seconds.with(Client { client_id }).observe(0.5);
        self.size_bytes.with(Client { client_id }).observe(0.5);
        let routes = self.routes.get().expect("it is enabled");
        for target in ["a", "b", "c"] {
            routes.uses_total.with(Route { client_id, target }).inc();
        }
    }
}

#[test]
fn all_series_of_a_client_end_and_no_others() {
    let (registry, vpn) = vpn();
    vpn.record("stays");
    let before = samples(&registry);
    vpn.record("leaves");
    let streams = vpn.streams.with(Client {
        client_id: "leaves",
    });
    assert_eq!(vpn.client.remove(Client { client_id: "lea" }), 0);
    let leaves = || Client {
        client_id: "leaves",
    };
    assert_eq!(vpn.client.remove(leaves()), 2 + 3 + 3);
    assert_eq!(vpn.client.remove(leaves()), 0);
    streams.set(100);
    let packets = |line: &String| line.starts_with("vpn_packets_total");
    let mut after = samples(&registry);
    assert_eq!(after.iter().filter(|line| packets(line)).count(), 2);
    after.retain(|line| !packets(line));
    assert!(after.iter().all(|line| line.contains("stays")));
    assert_eq!(after.len(), before.len() - 2);
    // It comes again, from zero.
    vpn.record("leaves");
    assert_eq!(vpn.streams.with(leaves()).get(), 1);
}

#[test]
fn a_partial_key_of_several_labels_spares_families_that_lack_one() {
    let (_registry, vpn) = vpn();
    vpn.record("leaves");
    let removed = vpn.client_way.remove(ClientWay {
        client_id: "leaves",
        direction: Direction::Inbound,
    });
    assert_eq!(removed, 1);
    let client_id = "leaves";
    assert_eq!(vpn.client.remove(Client { client_id }), 1 + 3 + 3);
}

#[test]
fn a_set_inside_has_its_own() {
    let (_registry, vpn) = vpn();
    vpn.record("leaves");
    let client_id = "leaves";
    let routes = vpn.routes.get().expect("it is enabled");
    assert_eq!(routes.client.remove(Client { client_id }), 3);
    assert_eq!(vpn.client.remove(Client { client_id }), 5);
}

#[test]
fn instances_know_their_own_series() {
    let (_registry, one) = vpn();
    let (_other_registry, two) = vpn();
    one.record("leaves");
    two.record("leaves");
    let client_id = "leaves";
    assert_eq!(one.client.remove(Client { client_id }), 8);
    assert_eq!(two.client.remove(Client { client_id }), 8);
}

/// A family that is full soon, and one whose series expire.
#[derive(MetricSet)]
#[metrics(prefix = "few", register = false)]
struct Few {
    /// Two at most.
    #[metric(max_series = 2)]
    capped_total: Family<Traffic<'static>, Counter>,
    /// Soon idle.
    #[metric(idle_timeout = "20ms")]
    idle_total: Family<Client<'static>, Counter>,
    #[metric(partial_key)]
    client: PartialKey<Client<'static>>,
}

#[test]
fn a_removed_series_makes_room_below_the_cap() {
    let registry = Registry::new();
    let few: Few = registry.register().expect("nothing clashes");
    let traffic = |client_id| Traffic {
        direction: Direction::Inbound,
        client_id,
        encrypted: false,
    };
    for client_id in ["a", "b", "c"] {
        few.capped_total.with(traffic(client_id)).inc();
    }
    // More combinations of the other labels than there are series.
    assert_eq!(few.client.remove(Client { client_id: "a" }), 1);
    few.capped_total.with(traffic("d")).inc();
    let labels =
        |client_id| format!("direction=\"inbound\",client_id=\"{client_id}\",encrypted=\"false\"");
    let overflow = "direction=\"_overflow\",client_id=\"_overflow\",encrypted=\"_overflow\"";
    assert_eq!(
        samples(&registry),
        [
            format!("few_capped_total{{{}}} 1", labels("b")),
            format!("few_capped_total{{{}}} 1", labels("d")),
            format!("few_capped_total{{{overflow}}} 1"),
        ]
    );
    // The updates of all the others: it is nobody's.
    assert_eq!(
        few.client.remove(Client {
            client_id: "_overflow"
        }),
        0
    );
}

#[test]
fn a_series_ends_once_however_it_ends() {
    let registry = Registry::new();
    let few: Few = registry.register().expect("nothing clashes");
    for client_id in ["idle", "removed"] {
        few.idle_total.with(Client { client_id }).inc();
    }
    assert_eq!(
        few.client.remove(Client {
            client_id: "removed"
        }),
        1
    );
    let deadline = Instant::now() + Duration::from_secs(20);
    while !samples(&registry).is_empty() {
        assert!(Instant::now() < deadline, "the idle series is served still");
        std::thread::yield_now();
    }
    assert_eq!(few.client.remove(Client { client_id: "idle" }), 0);
    few.idle_total.with(Client { client_id: "idle" }).inc();
    assert_eq!(few.client.remove(Client { client_id: "idle" }), 1);
}
