use metricset::instrument_metric;

#[instrument_metric(objective())]
fn empty() {}

#[instrument_metric(objective(sucess = 99.9, latency = (0.25, 99), latency = (0.5, 99.9)))]
fn keys() {}

#[instrument_metric(objective(success = 100))]
fn all() {}

#[instrument_metric(objective(success = "99%"))]
fn text() {}

#[instrument_metric(objective(latency = 0.25))]
fn no_pair() {}

#[instrument_metric(objective(latency = ("250ms", 99)))]
fn no_number() {}

#[instrument_metric(objective = 99.9)]
fn no_list() {}

fn main() {
    empty();
    keys();
    all();
    text();
    no_pair();
    no_number();
    no_list();
}
