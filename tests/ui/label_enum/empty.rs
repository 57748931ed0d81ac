use metricset::LabelEnum;

#[derive(Clone, Copy, LabelEnum)]
enum Transport {}

fn main() {}
