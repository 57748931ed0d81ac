use metricset::LabelSet;

#[derive(LabelSet)]
struct Nothing {}

#[derive(LabelSet)]
struct Unit;

fn main() {}
