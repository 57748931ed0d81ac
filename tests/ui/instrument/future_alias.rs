use std::future::Future;
use std::pin::Pin;

use metricset::instrument_metric;

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

#[instrument_metric]
fn dial(port: u16) -> BoxFuture<u16> {
    Box::pin(async move { port })
}

fn main() {}
