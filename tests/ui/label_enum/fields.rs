use metricset::LabelEnum;

#[derive(Clone, Copy, LabelEnum)]
enum Transport {
    Quic,
    Other(u8),
    Proxy { hops: u8 },
}

fn main() {}
