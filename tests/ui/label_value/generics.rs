use metricset::LabelValue;

#[derive(LabelValue)]
struct Id<T>(T);

fn main() {}
