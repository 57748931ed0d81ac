use metricset::LabelEnum;

#[derive(Clone, Copy, LabelEnum)]
enum Transport<T> {
    Quic,
    Other(std::marker::PhantomData<T>),
}

fn main() {}
