use metricset::LabelSet;

#[derive(LabelSet)]
struct Connection {
    transport: bool,
    #[label(rename = "transport")]
    carrier: bool,
}

fn main() {}
