use metricset::LabelEnum;

#[derive(Clone, Copy, LabelEnum)]
#[label(rename = "snake_case")]
enum Transport {
    #[label(rename_all = "lowercase")]
    Quic,
    #[label(others)]
    Other,
}

fn main() {}
