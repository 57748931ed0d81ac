use metricset::LabelEnum;

#[derive(Clone, Copy, LabelEnum)]
struct Transport {
    quic: bool,
}

#[derive(Clone, Copy, LabelEnum)]
union Direction {
    inbound: bool,
}

fn main() {}
