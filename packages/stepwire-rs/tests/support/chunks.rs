//! Streams of `futures_core`, read without an executor.

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

/// A stream of chunks, which is not ready before each of them.
pub struct Chunks {
    rest: Vec<io::Result<Vec<u8>>>,
    is_ready: bool,
}

impl Chunks {
    pub fn new(chunks: impl IntoIterator<Item = io::Result<Vec<u8>>>) -> Self {
        Self {
            rest: chunks.into_iter().collect(),
            is_ready: false,
        }
    }
}

impl Stream for Chunks {
    type Item = io::Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.is_ready = !self.is_ready;
        if self.is_ready {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready((!self.rest.is_empty()).then(|| self.rest.remove(0)))
    }
}

/// Polls a stream to its end.
pub fn collect<S: Stream>(stream: S) -> Vec<S::Item> {
    let mut stream = pin!(stream);
    let mut context = Context::from_waker(Waker::noop());
    let mut items = Vec::new();
    loop {
        match stream.as_mut().poll_next(&mut context) {
            Poll::Pending => {}
            Poll::Ready(None) => return items,
            Poll::Ready(Some(item)) => items.push(item),
        }
    }
}
