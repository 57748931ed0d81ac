use metricset::LabelEnum;

#[derive(Clone, Copy, LabelEnum)]
#[label(rename_all = "lowercase")]
enum Transport {
    Quic,
    H2,
    #[label(rename = "quic")]
    Legacy,
    QUIC,
}

fn main() {}
