use metricset::LabelSet;

#[derive(LabelSet)]
struct Connection(bool, u8);

fn main() {}
