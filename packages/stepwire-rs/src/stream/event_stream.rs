use std::collections::VecDeque;
use std::error::Error as StdError;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::error::Error;
use super::reader::{Event, ReadOptions, Reader};

/// Reads event messages in the stream format from a stream of chunks, such as the body of a response.
/// Otherwise like [`Reader`]: each event is returned as soon as it has arrived, and an error is the last
/// element.
pub struct EventStream<S> {
    input: S,
    chunks: Chunks,
    /// None after the end or an error.
    reader: Option<Reader<Chunks>>,
}

impl<S, B, E> EventStream<S>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    /// Returns a stream of events. If the input is not `Unpin`, use `Box::pin(input)`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if there is not enough memory for the decompressor.
    pub fn new(input: S, options: ReadOptions) -> Result<Self, Error> {
        let chunks = Chunks::default();
        Ok(Self {
            input,
            reader: Some(Reader::with_options(chunks.clone(), options)?),
            chunks,
        })
    }
}

impl<S, B, E> Stream for EventStream<S>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = Result<Event, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            let Some(reader) = &mut this.reader else {
                return Poll::Ready(None);
            };
            match reader.read() {
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                result => {
                    this.reader = None;
                    return Poll::Ready(result.transpose());
                }
            }
            match ready!(Pin::new(&mut this.input).poll_next(context)) {
                None => this.chunks.lock().is_ended = true,
                Some(Ok(chunk)) => this.chunks.lock().bytes.extend(chunk.as_ref()),
                Some(Err(error)) => {
                    this.reader = None;
                    return Poll::Ready(Some(Err(Error::Io(io::Error::other(error)))));
                }
            }
        }
    }
}

/// The chunks that have arrived: an input that would block while there are no more.
#[derive(Clone, Default)]
struct Chunks(Arc<Mutex<Arrived>>);

#[derive(Default)]
struct Arrived {
    bytes: VecDeque<u8>,
    is_ended: bool,
}

impl Chunks {
    /// A thread that panicked cannot have left the bytes in a bad state.
    fn lock(&self) -> MutexGuard<'_, Arrived> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut arrived = self.lock();
        if arrived.bytes.is_empty() && !arrived.is_ended {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        arrived.bytes.read(buffer)
    }
}
