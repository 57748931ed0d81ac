//! Futures grow by the guard and by nothing else.

use metricset::instrument_metric;

use crate::observed::suspend;

/// A reference to the site, and the moment at which the call began.
const GUARD: usize = size_of::<usize>() + size_of::<std::time::Instant>();

async fn small() -> u8 {
    suspend().await;
    1
}

#[instrument_metric]
async fn small_measured() -> u8 {
    suspend().await;
    1
}

async fn large(data: [u8; 1000], text: &str) -> usize {
    suspend().await;
    data.len() + text.len()
}

#[instrument_metric]
async fn large_measured(data: [u8; 1000], text: &str) -> usize {
    suspend().await;
    data.len() + text.len()
}

async fn fallible(data: Vec<u8>, (a, b): (u64, u64)) -> Result<usize, std::num::ParseIntError> {
    suspend().await;
    let parsed: usize = "1".parse()?;
    suspend().await;
    Ok(parsed + data.len() + (a + b) as usize)
}

#[instrument_metric]
async fn fallible_measured(
    data: Vec<u8>,
    (a, b): (u64, u64),
) -> Result<usize, std::num::ParseIntError> {
    suspend().await;
    let parsed: usize = "1".parse()?;
    suspend().await;
    Ok(parsed + data.len() + (a + b) as usize)
}

#[track_caller]
fn assert_grows_by_the_guard<A, B>(plain: &A, measured: &B) {
    let (plain, measured) = (size_of_val(plain), size_of_val(measured));
    // The guard is aligned to words, and a small future may not be.
    let most = plain.next_multiple_of(align_of::<usize>()) + GUARD;
    assert!(
        measured <= most,
        "{plain} bytes grew to {measured}, more than {most}"
    );
}

#[test]
fn futures_grow_by_the_guard() {
    assert_grows_by_the_guard(&small(), &small_measured());
    assert_grows_by_the_guard(&large([0; 1000], ""), &large_measured([0; 1000], ""));
    assert_grows_by_the_guard(
        &fallible(Vec::new(), (1, 2)),
        &fallible_measured(Vec::new(), (1, 2)),
    );
}
