use metricset::LabelValue;

#[derive(LabelValue)]
enum Transport {
    Quic,
}

#[derive(LabelValue)]
union Direction {
    inbound: bool,
}

#[derive(LabelValue)]
struct Pair(u8, u8);

#[derive(LabelValue)]
struct Named {
    id: u64,
}

#[derive(LabelValue)]
struct Nothing;

fn main() {}
