//! All mistakes of one function in one compile.

use metricset::instrument_metric;

#[instrument_metric(
    nmae = "dial_seconds",
    help = "Time to dial.",
    ok_if = |_| true,
    error_if = |_| false,
    labels(kind = "a", kind = "b"),
    objective(success = 0)
)]
#[track_caller]
const fn dial() {}

fn main() {
    dial();
}
