use std::error::Error as StdError;
use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::{DecodeOptions, EventDecoder, EventError};
use crate::Converter;

/// Size of the buffer for the input.
const CHUNK_BYTES: usize = 16 * 1024;

/// Reads server-sent events: an iterator over event messages in binary. Each is returned as soon as it has
/// arrived. [`Converter::decode_events`] returns it.
#[derive(Debug)]
pub struct EventReader<R> {
    input: R,
    decoder: EventDecoder,
    chunk: Vec<u8>,
    is_failed: bool,
}

impl Converter {
    /// Reads a stream of server-sent events, with the default options: an iterator over event messages in
    /// binary.
    pub fn decode_events<R: Read>(&self, input: R) -> EventReader<R> {
        EventReader::new(input, EventDecoder::new(self, DecodeOptions::default()))
    }
}

impl<R: Read> EventReader<R> {
    /// Returns a reader with a new decoder.
    pub fn new(input: R, decoder: EventDecoder) -> Self {
        Self {
            input,
            decoder,
            chunk: vec![0; CHUNK_BYTES],
            is_failed: false,
        }
    }

    fn read(&mut self) -> Result<Option<Vec<u8>>, EventError> {
        loop {
            if let Some(event) = self.decoder.next_event()? {
                return Ok(Some(event.to_vec()));
            }
            if self.decoder.is_ended() {
                return Ok(None);
            }
            match self.input.read(&mut self.chunk) {
                Ok(0) => self.decoder.finish(),
                Ok(size) => self.decoder.push(&self.chunk[..size]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl<R: Read> Iterator for EventReader<R> {
    type Item = Result<Vec<u8>, EventError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_failed {
            return None;
        }
        let result = self.read();
        self.is_failed = matches!(result, Err(EventError::Io(_) | EventError::Convert(_)));
        result.transpose()
    }
}

impl<R: Read> std::iter::FusedIterator for EventReader<R> {}

/// Reads server-sent events from a stream of chunks, such as the body of a response: a stream of event
/// messages in binary. Each is returned as soon as it has arrived.
#[derive(Debug)]
pub struct EventStream<S> {
    input: S,
    decoder: EventDecoder,
    is_failed: bool,
}

impl<S, B, E> EventStream<S>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    /// Returns a stream with a new decoder. If the input is not `Unpin`, use `Box::pin(input)`.
    pub fn new(input: S, decoder: EventDecoder) -> Self {
        Self {
            input,
            decoder,
            is_failed: false,
        }
    }
}

impl<S, B, E> Stream for EventStream<S>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = Result<Vec<u8>, EventError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if this.is_failed {
                return Poll::Ready(None);
            }
            let event = this.decoder.next_event();
            match event.map(|event| event.map(<[u8]>::to_vec)) {
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                Ok(None) if this.decoder.is_ended() => return Poll::Ready(None),
                Ok(None) => {}
                Err(error) => {
                    this.is_failed = matches!(error, EventError::Convert(_));
                    return Poll::Ready(Some(Err(error)));
                }
            }
            match ready!(Pin::new(&mut this.input).poll_next(context)) {
                None => this.decoder.finish(),
                Some(Ok(chunk)) => this.decoder.push(chunk.as_ref()),
                Some(Err(error)) => {
                    this.is_failed = true;
                    return Poll::Ready(Some(Err(EventError::Io(io::Error::other(error)))));
                }
            }
        }
    }
}
