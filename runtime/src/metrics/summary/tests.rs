use std::time::Duration;

use crate::clock;
use crate::encode::{Format, encode};
use crate::{Family, LabelEnum, LabelSet, MetricSet, Registry, Summary};

#[derive(Clone, Copy, LabelEnum)]
enum Protocol {
    Socket,
    Websocket,
}

#[derive(LabelSet)]
struct Sent {
    protocol: Protocol,
}

#[derive(LabelSet)]
struct Peer<'a> {
    peer: &'a str,
}

/// Messages of this test.
#[derive(MetricSet)]
#[metrics(prefix = "messages", register = false)]
struct Messages {
    /// Time to send.
    #[metric(quantiles = [0, 0.5, 1])]
    send_seconds: Summary<Duration>,
    /// By protocol.
    #[metric(quantiles = [0.5], max_age = "10s", age_buckets = 2)]
    size_bytes: Family<Sent, Summary>,
    /// By peer.
    #[metric(quantiles = [0, 1], max_age = "1m", max_series = 2)]
    wait_seconds: Family<Peer<'static>, Summary>,
}

/// At a time when age buckets of all the windows begin.
fn messages() -> (Registry, Messages) {
    const TEN_MINUTES: u64 = 600_000_000_000;
    let rest = TEN_MINUTES - clock::uptime_nanos() % TEN_MINUTES;
    clock::advance(Duration::from_nanos(rest));
    let registry = Registry::new();
    let messages = registry.register().unwrap();
    (registry, messages)
}

/// The samples of one family.
fn samples(registry: &Registry, family: &str) -> Vec<String> {
    let mut text = String::new();
    encode(registry, Format::PrometheusText, &mut text);
    let lines = text.lines().filter(|line| line.starts_with(family));
    lines.map(str::to_owned).collect()
}

#[test]
fn quantiles_are_of_the_window_and_sum_and_count_of_everything() {
    let (registry, messages) = messages();
    let lines = |quantiles: [&str; 3], sum: &str, count: u32| {
        vec![
            format!("messages_send_seconds{{quantile=\"0.0\"}} {}", quantiles[0]),
            format!("messages_send_seconds{{quantile=\"0.5\"}} {}", quantiles[1]),
            format!("messages_send_seconds{{quantile=\"1.0\"}} {}", quantiles[2]),
            format!("messages_send_seconds_sum {sum}"),
            format!("messages_send_seconds_count {count}"),
        ]
    };
    let served = || samples(&registry, "messages_send_seconds");
    assert_eq!(served(), lines(["NaN"; 3], "0.0", 0));
    messages.send_seconds.observe(Duration::from_millis(250));
    assert_eq!(served(), lines(["0.25"; 3], "0.25", 1));
    clock::advance(Duration::from_secs(420));
    messages.send_seconds.observe(Duration::from_millis(500));
    messages.send_seconds.observe(Duration::from_secs(2));
    let snapshot = messages.send_seconds.snapshot();
    assert_eq!((snapshot.values[0], snapshot.values[2]), (0.25, 2.0));
    assert!((snapshot.values[1] - 0.5).abs() <= 0.005);
    // Ten minutes after the first observation, and not after the others.
    clock::advance(Duration::from_secs(180));
    let snapshot = messages.send_seconds.snapshot();
    assert_eq!((snapshot.values[0], snapshot.values[2]), (0.5, 2.0));
    clock::advance(Duration::from_secs(420));
    assert_eq!(served(), lines(["NaN"; 3], "2.75", 3));
    assert_eq!(messages.send_seconds.snapshot().count, 3);
}

#[test]
fn every_series_of_a_closed_family_is_exposed_from_the_start() {
    let (registry, messages) = messages();
    let protocol = Protocol::Websocket;
    messages.size_bytes.with(Sent { protocol }).observe(100.0);
    assert_eq!(
        samples(&registry, "messages_size_bytes"),
        [
            r#"messages_size_bytes{protocol="socket",quantile="0.5"} NaN"#,
            r#"messages_size_bytes_sum{protocol="socket"} 0.0"#,
            r#"messages_size_bytes_count{protocol="socket"} 0"#,
            r#"messages_size_bytes{protocol="websocket",quantile="0.5"} 100.0"#,
            r#"messages_size_bytes_sum{protocol="websocket"} 100.0"#,
            r#"messages_size_bytes_count{protocol="websocket"} 1"#,
        ]
    );
    let protocol = Protocol::Socket;
    let socket = messages.size_bytes.with(Sent { protocol });
    assert_eq!(socket.snapshot().count, 0);
    clock::advance(Duration::from_secs(10));
    let served = samples(&registry, "messages_size_bytes{");
    assert!(
        served.iter().all(|line| line.ends_with(" NaN")),
        "{served:?}"
    );
}

#[test]
fn a_series_with_an_open_label_ends_with_its_window() {
    let (registry, messages) = messages();
    let stale = messages.wait_seconds.with(Peer { peer: "a" });
    stale.observe(7.0);
    assert!(messages.wait_seconds.remove(Peer { peer: "a" }));
    stale.observe(8.0);
    assert_eq!(stale.snapshot().count, 0);
    assert!(samples(&registry, "messages_wait_seconds").is_empty());
    // In the same record.
    messages.wait_seconds.with(Peer { peer: "b" }).observe(1.0);
    stale.observe(9.0);
    messages.wait_seconds.with(Peer { peer: "c" }).observe(3.0);
    for value in [4.0, 5.0] {
        messages
            .wait_seconds
            .with(Peer { peer: "d" })
            .observe(value);
    }
    assert_eq!(
        samples(&registry, "messages_wait_seconds"),
        [
            r#"messages_wait_seconds{peer="b",quantile="0.0"} 1.0"#,
            r#"messages_wait_seconds{peer="b",quantile="1.0"} 1.0"#,
            r#"messages_wait_seconds_sum{peer="b"} 1.0"#,
            r#"messages_wait_seconds_count{peer="b"} 1"#,
            r#"messages_wait_seconds{peer="c",quantile="0.0"} 3.0"#,
            r#"messages_wait_seconds{peer="c",quantile="1.0"} 3.0"#,
            r#"messages_wait_seconds_sum{peer="c"} 3.0"#,
            r#"messages_wait_seconds_count{peer="c"} 1"#,
            r#"messages_wait_seconds{peer="_overflow",quantile="0.0"} 4.0"#,
            r#"messages_wait_seconds{peer="_overflow",quantile="1.0"} 5.0"#,
            r#"messages_wait_seconds_sum{peer="_overflow"} 9.0"#,
            r#"messages_wait_seconds_count{peer="_overflow"} 2"#,
        ]
    );
}

#[test]
fn what_cannot_be_a_number_is_dropped_and_zero_has_no_sign() {
    let (_registry, messages) = messages();
    let protocol = Protocol::Socket;
    let socket = messages.size_bytes.with(Sent { protocol });
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        socket.observe(value);
    }
    assert_eq!(socket.snapshot().count, 0);
    socket.observe(-0.0);
    assert!(socket.snapshot().values[0].is_sign_positive());
}

#[test]
fn a_timer_observes_and_may_be_discarded() {
    let (_registry, messages) = messages();
    messages.send_seconds.start_timer().discard();
    let taken = messages.send_seconds.start_timer().stop();
    drop(messages.send_seconds.start_timer());
    let snapshot = messages.send_seconds.snapshot();
    assert_eq!(snapshot.count, 2);
    assert!(snapshot.sum >= taken.as_secs_f64());
}

/// Of [`extreme`](super::extreme), which the loom model compiles too, without tests.
mod extreme {
    use std::thread;

    use super::super::extreme::{raise, rank, read, value_of};
    use super::super::tag::Tag;
    use crate::sync::{AtomicU64, Ordering};

    fn cells() -> [AtomicU64; 2] {
        [AtomicU64::new(0), AtomicU64::new(0)]
    }

    fn greatest(cells: &[AtomicU64; 2], tag: Tag) -> Option<f64> {
        let cells = cells.each_ref().map(|cell| cell.load(Ordering::Relaxed));
        read(cells, tag).map(value_of)
    }

    #[test]
    fn ranks_are_in_the_order_of_the_values() {
        let values = [f64::MIN, -1.5, -1e-300, -5e-324, 0.0, 5e-324, 1.0, f64::MAX];
        assert!(values.is_sorted_by_key(|value| rank(*value)));
        assert!(values.map(rank).map(value_of) == values);
    }

    #[test]
    fn the_greatest_of_a_rotation_is_held_exactly() {
        let cells = cells();
        let (first, second) = (Tag::of(0), Tag::of(1));
        for value in [-3.0, 0.1, 0.1 + f64::EPSILON, 0.05, -7.0] {
            raise(cells.each_ref(), first, rank(value));
        }
        assert_eq!(greatest(&cells, first), Some(0.1 + f64::EPSILON));
        assert_eq!(greatest(&cells, second), None);
        raise(cells.each_ref(), second, rank(-2.5));
        // Too late: the cells have moved on.
        raise(cells.each_ref(), first, rank(9.0));
        assert_eq!(greatest(&cells, second), Some(-2.5));
        assert_eq!(greatest(&cells, first), None);
    }

    #[test]
    fn threads_together_find_the_greatest() {
        let rounds = if cfg!(miri) { 3 } else { 2_000 };
        for round in 0..rounds {
            let cells = cells();
            let tag = Tag::of(round);
            thread::scope(|scope| {
                for offset in 0..4_u32 {
                    let cells = &cells;
                    scope.spawn(move || {
                        for step in 0..50 {
                            // Alike in all but the last bits, and not.
                            let value = 1.0 + f64::from(step * 4 + offset) * f64::EPSILON;
                            raise(cells.each_ref(), tag, rank(value));
                            raise(cells.each_ref(), tag, rank(-value));
                        }
                    });
                }
            });
            assert_eq!(greatest(&cells, tag), Some(1.0 + 199.0 * f64::EPSILON));
        }
    }
}
