use super::{EventError, EventFlags, RefusedEvent};
use crate::batch::read_size;
use crate::{Converter, Error};

/// How much of the input is converted at once.
const WINDOW_BYTES: usize = 1024 * 1024;

/// How much is converted after a refused event; it doubles as long as none is refused. The kernel copies
/// its input, so giving it everything for each of many refused events would take quadratic time.
const CAUTIOUS_BYTES: usize = 4 * 1024;

/// How the events of a stream are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Framing {
    /// By blank lines, as the standard says.
    #[default]
    Strict,
    /// Also by lines that must belong to another event, for streams that have lost their blank lines.
    Lenient,
}

/// How a stream of server-sent events is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeOptions {
    /// How events are told apart.
    pub framing: Framing,
    /// Maximum size of an event, in bytes: 16 MiB by default. An event may have 1 MiB of comments between
    /// its lines in addition.
    pub max_event_bytes: usize,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self {
            framing: Framing::default(),
            max_event_bytes: 16 * 1024 * 1024,
        }
    }
}

/// Converts the bytes of one stream of server-sent events to event messages. The bytes may come in any
/// pieces.
///
/// The mode, and how deep payloads may be, are those of the converter.
#[derive(Debug)]
pub struct EventDecoder {
    converter: Converter,
    options: DecodeOptions,
    input: Vec<u8>,
    /// How much of the input is converted already.
    done: usize,
    /// How much of the input was searched for the end of an event.
    searched: usize,
    /// The size of the input at the last call; a larger one may be refused.
    tried: usize,
    window: usize,
    is_first: bool,
    is_last: bool,
    is_ended: bool,
    /// Size-delimited messages of events.
    output: Vec<u8>,
    /// How much of the output was returned.
    returned: usize,
    /// The event after the output, if it was refused.
    refused: Option<RefusedEvent>,
    events: u64,
    skipped: u64,
}

impl EventDecoder {
    /// Returns a decoder for a stream of the converter's event message.
    #[must_use]
    pub fn new(converter: &Converter, options: DecodeOptions) -> Self {
        Self {
            converter: converter.clone(),
            options,
            input: Vec::new(),
            done: 0,
            searched: 0,
            tried: 0,
            window: WINDOW_BYTES,
            is_first: true,
            is_last: false,
            is_ended: false,
            output: Vec::new(),
            returned: 0,
            refused: None,
            events: 0,
            skipped: 0,
        }
    }

    /// Adds bytes of the stream. Call [`EventDecoder::next_event`] until it returns none before the next
    /// ones, which bounds the memory.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.is_ended || self.is_last {
            return;
        }
        self.input.drain(..self.done);
        self.searched -= self.done.min(self.searched);
        self.done = 0;
        self.input.extend_from_slice(bytes);
    }

    /// Ends the stream, which may complete the last event.
    pub fn finish(&mut self) {
        self.is_last = true;
    }

    /// Returns the next event message, in binary; none if the bytes so far do not complete another event.
    ///
    /// # Errors
    ///
    /// [`EventError::Refused`], after which the next call continues with the next event, and
    /// [`EventError::Convert`].
    pub fn next_event(&mut self) -> Result<Option<&[u8]>, EventError> {
        loop {
            let rest = &self.output[self.returned..];
            if let Some((size, width)) = read_size(rest) {
                let start = self.returned + width;
                let end = usize::try_from(size)
                    .ok()
                    .and_then(|size| start.checked_add(size))
                    .filter(|end| *end <= self.output.len())
                    .ok_or_else(|| Error::Kernel("an event is cut off".into()))?;
                self.returned = end;
                self.events += 1;
                return Ok(Some(&self.output[start..end]));
            }
            if let Some(mut refused) = self.refused.take() {
                refused.index = self.events;
                self.events += 1;
                return Err(EventError::Refused(refused));
            }
            if self.is_ended || !self.may_have_event() {
                return Ok(None);
            }
            if let Err(error) = self.convert() {
                self.end();
                return Err(error.into());
            }
        }
    }

    /// Returns whether there is nothing more to return, whatever is added.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.is_ended && self.returned == self.output.len() && self.refused.is_none()
    }

    /// Returns how many lines did not belong to an event so far, such as comments.
    #[must_use]
    pub fn skipped_lines(&self) -> u64 {
        self.skipped
    }

    /// Whether a call could convert anything. Otherwise, an event that arrives in many pieces would take
    /// quadratic time.
    fn may_have_event(&mut self) -> bool {
        let size = self.input.len() - self.done;
        if self.is_last || size >= self.tried.saturating_mul(2).max(WINDOW_BYTES) {
            return true;
        }
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let start = self.searched.max(self.done);
        let found = match self.options.framing {
            Framing::Lenient => self.input[start..].iter().any(is_end),
            // The end of a line right after another.
            Framing::Strict => self.input[start.saturating_sub(1).max(self.done)..]
                .windows(2)
                .any(|pair| is_end(&pair[0]) && is_end(&pair[1]) && pair != b"\r\n"),
        };
        self.searched = self.input.len();
        found
    }

    fn convert(&mut self) -> Result<(), Error> {
        let rest = &self.input[self.done..];
        let window = &rest[..rest.len().min(self.window)];
        let is_whole = window.len() == rest.len();
        let flags = EventFlags {
            first: self.is_first,
            last: self.is_last && is_whole,
            lenient: self.options.framing == Framing::Lenient,
        };
        let output = &mut self.output;
        output.clear();
        self.returned = 0;
        let ((), batch) = self.converter.decode_events_with(
            window,
            flags,
            self.options.max_event_bytes,
            |bytes| output.extend_from_slice(bytes),
        )?;
        self.skipped += batch.skipped as u64;
        self.tried = 0;
        let mut consumed = batch.consumed;
        match batch.refused {
            Some(refused) => {
                self.window = CAUTIOUS_BYTES;
                match refused.end {
                    Some(end) => consumed = end,
                    None => self.is_ended = true,
                }
                self.refused = Some(RefusedEvent {
                    index: 0,
                    violation: refused.violation,
                });
            }
            None if flags.last => self.is_ended = true,
            None if is_whole => {
                self.tried = window.len() - consumed;
            }
            None if consumed == 0 => self.window = self.window.saturating_mul(2),
            None => self.window = self.window.saturating_mul(2).min(WINDOW_BYTES),
        }
        self.is_first = self.is_first && consumed == 0;
        self.done += consumed;
        // There may be more events in the rest, if this was not all of it.
        self.searched = if is_whole && self.refused.is_none() {
            self.input.len()
        } else {
            self.done
        };
        if self.is_ended {
            self.end();
        }
        Ok(())
    }

    fn end(&mut self) {
        self.is_ended = true;
        self.input = Vec::new();
        self.done = 0;
        self.searched = 0;
    }
}
