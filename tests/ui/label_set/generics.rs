use metricset::LabelSet;

#[derive(LabelSet)]
struct Connection<T, const N: usize> {
    transport: T,
    path: [u8; N],
}

fn main() {}
