use metricset::LabelSet;

#[derive(LabelSet)]
struct Connection {
    direct: bool,
    weight: f64,
    peer: Option<String>,
}

fn main() {}
