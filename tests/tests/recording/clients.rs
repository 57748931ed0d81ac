//! Memory of clients that come and go.

use std::collections::VecDeque;

use allocation_counter::measure;
use metricset::encode::{Format, encode};
use metricset_tests::clients::{SERIES_OF_A_CLIENT, clients, id};

#[test]
fn a_hundred_thousand_clients_come_and_go_and_memory_is_where_it_was() {
    let (registry, clients) = clients();
    let mut connected = VecDeque::new();
    let mut come = |numbers: std::ops::Range<usize>| {
        for number in numbers {
            clients.connect(&id(number));
            connected.push_back(id(number));
            if connected.len() > 500 {
                clients.disconnect(&connected.pop_front().unwrap());
            }
        }
    };
    let first = measure(|| come(0..10_000));
    let others = measure(|| come(10_000..100_000));
    assert!(first.bytes_current > 0);
    assert_eq!(
        others.bytes_current, 0,
        "beside the {} bytes of the first 10,000",
        first.bytes_current
    );
    drop(connected);
    let mut exposition = String::new();
    encode(&registry, Format::PrometheusText, &mut exposition);
    assert_eq!(
        exposition.matches("client_id=").count(),
        500 * (SERIES_OF_A_CLIENT + 5)
    );
}

#[test]
fn clients_that_are_there_at_once_take_the_memory_of_those_before_them() {
    const AT_ONCE: usize = 20_000;
    let (_registry, clients) = clients();
    let growth = [0, 1, 2, 3].map(|wave| {
        let numbers = wave * AT_ONCE..(wave + 1) * AT_ONCE;
        let info = measure(|| {
            numbers
                .clone()
                .for_each(|number| clients.connect(&id(number)));
            numbers
                .clone()
                .for_each(|number| clients.disconnect(&id(number)));
        });
        info.bytes_current
    });
    // While the records of the first wave rest, the second may need a few of its own.
    assert!(growth[1] < growth[0] / 4, "{growth:?} bytes");
    assert!(growth[2] + growth[3] <= 0, "{growth:?} bytes");
}
