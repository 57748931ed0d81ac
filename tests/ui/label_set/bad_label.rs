use metricset::LabelSet;

#[derive(LabelSet)]
#[allow(non_snake_case)]
struct Connection {
    peerId: u64,
    _direct: bool,
    #[label(rename = "the transport")]
    transport: bool,
    #[label(rename = "")]
    path: bool,
    #[label(rename = "größe")]
    size: u64,
}

fn main() {}
