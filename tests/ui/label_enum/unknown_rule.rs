use metricset::LabelEnum;

#[derive(Clone, Copy, LabelEnum)]
#[label(rename_all = "snakecase")]
enum Transport {
    Quic,
}

#[derive(Clone, Copy, LabelEnum)]
#[label(rename_all = "title")]
enum Direction {
    Inbound,
}

fn main() {}
