use metricset::LabelSet;

#[derive(LabelSet)]
struct Connection {
    __name__: bool,
    #[label(rename = "__address__")]
    address: u64,
}

fn main() {}
