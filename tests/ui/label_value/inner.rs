use metricset::LabelValue;

#[derive(LabelValue)]
struct Weight(f64);

fn main() {}
