use metricset::LabelSet;

#[derive(LabelSet)]
enum Transport {
    Quic,
}

#[derive(LabelSet)]
union Direction {
    inbound: bool,
}

fn main() {}
