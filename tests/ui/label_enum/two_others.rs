use metricset::LabelEnum;

#[derive(Clone, Copy, LabelEnum)]
enum Transport {
    Quic,
    #[label(other)]
    Other,
    #[label(other)]
    Unknown,
}

fn main() {}
