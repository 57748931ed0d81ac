//! Two futures, the first that is done wins. (`tokio::select!` would bring a macro crate for it.)

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

pub(super) enum First<A, B> {
    Left(A),
    Right(B),
}

/// The output of whichever is ready first; `left` if both are.
pub(super) async fn race<A, B>(
    left: impl Future<Output = A>,
    right: impl Future<Output = B>,
) -> First<A, B> {
    let (mut left, mut right) = (pin!(left), pin!(right));
    poll_fn(|cx| {
        if let Poll::Ready(output) = left.as_mut().poll(cx) {
            return Poll::Ready(First::Left(output));
        }
        right.as_mut().poll(cx).map(First::Right)
    })
    .await
}
