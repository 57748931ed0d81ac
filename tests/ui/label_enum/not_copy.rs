use metricset::LabelEnum;

#[derive(LabelEnum)]
enum Transport {
    Quic,
    H2,
}

fn main() {}
