//! An empty function that an attribute measures: calls by outcome, time, and calls in flight where the library counts them.

use std::hint::black_box;
use std::time::Instant;

use metered::{HitCount, InFlight, ResponseTime, metered};

use crate::contender::Contender;

pub fn contenders() -> Vec<Contender> {
    vec![
        Contender::ours(|_| ours::call()),
        Contender::peer("autometrics", |_| autometrics::call()),
        metered(),
        Contender::floor("two `Instant::now`", |_| {
            let start = Instant::now();
            black_box(());
            black_box(start.elapsed());
        }),
    ]
}

mod ours {
    #[metricset::instrument_metric]
    pub fn call() {
        std::hint::black_box(());
    }
}

mod autometrics {
    #[autometrics::autometrics]
    pub fn call() {
        std::hint::black_box(());
    }
}

#[derive(Default)]
struct Metered {
    metrics: MeteredMetrics,
}

#[metered(registry = MeteredMetrics)]
impl Metered {
    #[measure([HitCount, InFlight, ResponseTime])]
    fn call(&self) {
        black_box(());
    }
}

fn metered() -> Contender {
    let metered = Metered::default();
    Contender::peer("metered", move |_| metered.call())
}
