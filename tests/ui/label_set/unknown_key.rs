use metricset::LabelSet;

#[derive(LabelSet)]
#[label(rename_all = "camelCase")]
struct Connection {
    #[label(name = "carrier")]
    transport: bool,
    #[label(renamed = "straight")]
    direct: bool,
}

fn main() {}
