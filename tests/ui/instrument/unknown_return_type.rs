use std::future::Future;

use metricset::instrument_metric;

#[instrument_metric]
fn parameter<T>(value: T) -> T {
    value
}

#[instrument_metric]
async fn async_parameter<T>(value: T) -> T {
    value
}

#[instrument_metric]
fn future<T: Send>(value: T) -> impl Future<Output = T> {
    std::future::ready(value)
}

#[instrument_metric]
fn opaque() -> impl std::fmt::Debug {
    Err::<(), ()>(())
}

#[instrument_metric]
fn associated<I: Iterator>(mut iter: I) -> I::Item {
    iter.next().unwrap()
}

#[instrument_metric]
fn qualified<I: Iterator>(mut iter: I) -> <I as Iterator>::Item {
    iter.next().unwrap()
}

trait Retry: Sized {
    #[instrument_metric]
    fn retry(self) -> Self {
        self
    }
}

struct Stack<T>(Vec<T>);

#[instrument_metric]
impl<T: Default> Stack<T> {
    fn pop(&mut self) -> T {
        self.0.pop().unwrap_or_default()
    }

    fn same(self) -> Self {
        self
    }
}

fn main() {
    let _ = (parameter(1), async_parameter(1), future(1), opaque());
    let _ = (associated(0..1), qualified(0..1), Stack(vec![1]).same().pop());
}
