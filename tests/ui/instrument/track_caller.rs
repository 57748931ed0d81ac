use metricset::instrument_metric;

#[instrument_metric]
#[track_caller]
fn expect(value: Option<u8>) -> u8 {
    value.expect("a value")
}

fn main() {
    expect(Some(1));
}
