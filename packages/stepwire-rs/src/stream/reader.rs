use std::io::{self, Read};

use super::compression::{Encoding, Source};
use super::decoder::Decoder;
use super::error::{Error, ErrorCode, Refusal};

/// Size of the buffer for the input.
const CHUNK_BYTES: usize = 16 * 1024;

/// An event of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The number of the event.
    pub number: u64,
    /// The event message, in binary.
    pub bytes: Vec<u8>,
}

/// How a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// How the stream is compressed. Not at all by default.
    pub encoding: Encoding,
    /// Smallest number that the first event may have, as for a reader that resumes. 0 by default.
    pub first_number: u64,
    /// Maximum size of an event, in bytes. 16 MiB by default.
    pub max_event_bytes: usize,
    /// Maximum size of the payloads to remember, in bytes, with 64 for each type of payload. 1 MiB by
    /// default.
    pub max_state_bytes: usize,
    /// How far the size of all events, and of the decompressed stream, may exceed what
    /// `max_expansion` allows, in bytes. 1 MiB by default.
    pub max_block_bytes: usize,
    /// Maximum ratio of the size of all events, and of the decompressed stream, to the size of the
    /// input. 1000 by default.
    pub max_expansion: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            encoding: Encoding::default(),
            first_number: 0,
            max_event_bytes: 16 * 1024 * 1024,
            max_state_bytes: 1024 * 1024,
            max_block_bytes: 1024 * 1024,
            max_expansion: 1000,
        }
    }
}

/// Reads event messages in the stream format: an iterator over events. Each event is returned as soon
/// as it has arrived. An error is the last element; no memory is held after it.
///
/// The iterator reads the input to its end. If it is dropped before, the input is dropped, too.
pub struct Reader<R: Read> {
    /// None after the end or an error.
    source: Option<Source<R>>,
    decoder: Decoder,
    chunk: Vec<u8>,
}

impl<R: Read> Reader<R> {
    /// Returns a reader with the default options.
    pub fn new(input: R) -> Self {
        Self::open(Source::identity(input), ReadOptions::default())
    }

    /// Returns a reader with options.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if there is not enough memory for the decompressor.
    pub fn with_options(input: R, options: ReadOptions) -> Result<Self, Error> {
        Ok(Self::open(Source::new(input, options.encoding)?, options))
    }

    fn open(source: Source<R>, options: ReadOptions) -> Self {
        Self {
            source: Some(source),
            decoder: Decoder::new(options),
            chunk: vec![0; CHUNK_BYTES],
        }
    }

    /// Reads the next event; none at the end of the stream.
    pub(super) fn read(&mut self) -> Result<Option<Event>, Error> {
        loop {
            if let Some(event) = self.decoder.next()? {
                return Ok(Some(event));
            }
            let Some(source) = &mut self.source else {
                return Ok(None);
            };
            match source.read(&mut self.chunk) {
                Ok(0) => {
                    self.decoder.finish()?;
                    return Ok(None);
                }
                Ok(size) => self
                    .decoder
                    .push(&self.chunk[..size], source.read_bytes())?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if source.has_failed() => return Err(Error::Io(error)),
                // The compressed data is cut off. That does not matter after the end mark.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.decoder.finish()?;
                    return Ok(None);
                }
                Err(_) => {
                    let expected = format!("{} data", source.encoding().as_str());
                    let code = ErrorCode::MalformedCompression;
                    let refusal = Refusal::new(code, expected, "malformed data");
                    return Err(self.decoder.stop(refusal));
                }
            }
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.source.as_ref()?;
        let result = self.read();
        if !matches!(result, Ok(Some(_))) {
            self.source = None;
            self.chunk = Vec::new();
        }
        result.transpose()
    }
}

impl<R: Read> std::iter::FusedIterator for Reader<R> {}
