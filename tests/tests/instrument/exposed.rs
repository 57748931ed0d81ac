//! The families that all functions share.

use metricset::instrument_metric;

use crate::observed::{Calls, calls, exposition, sample};

#[instrument_metric]
#[expect(dead_code, reason = "a function that nothing calls is exposed too")]
fn never_called() -> Result<(), ()> {
    Ok(())
}

#[test]
fn functions_appear_at_zero() {
    assert_eq!(calls!("never_called"), Calls::NONE);
    // In a dependency, in a private module that nothing uses.
    assert_eq!(
        Calls::of("metricset_test_instrumented::unused", "never_called"),
        Calls::NONE
    );
}

#[instrument_metric]
fn takes_20_ms() {
    let start = std::time::Instant::now();
    while start.elapsed() < std::time::Duration::from_millis(20) {
        std::hint::spin_loop();
    }
}

#[test]
fn durations_are_in_seconds() {
    takes_20_ms();
    let text = exposition();
    let labels = format!("function=\"takes_20_ms\",module=\"{}\"", module_path!());
    let bucket = |le| {
        sample(
            &text,
            &format!("function_duration_seconds_bucket{{{labels},le=\"{le}\"}}"),
        )
    };
    assert_eq!((bucket("0.01"), bucket("+Inf")), (0.0, 1.0));
    let sum = sample(&text, &format!("function_duration_seconds_sum{{{labels}}}"));
    assert!((0.02..10.0).contains(&sum), "{sum}");
}

#[test]
fn families_have_a_head_each() {
    let text = exposition();
    for head in [
        "# TYPE function_calls_total counter",
        "# TYPE function_duration_seconds histogram",
        "# TYPE function_calls_in_flight gauge",
    ] {
        assert_eq!(
            text.lines().filter(|line| *line == head).count(),
            1,
            "{head}"
        );
    }
}
