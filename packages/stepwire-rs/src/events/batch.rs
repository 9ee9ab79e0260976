use crate::kernel::{Direction, Function, Limits};
use crate::{Converter, Error, Violation};

/// What a call has to know of the stream that its input is a part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventFlags {
    /// The stream begins here: a byte order mark is skipped. For decoding only; set it until a call has
    /// consumed bytes.
    pub first: bool,
    /// The stream ends here. Otherwise, an event at the end that is not complete is not converted.
    pub last: bool,
    /// Events may follow each other without blank lines. For decoding only.
    pub lenient: bool,
}

/// The result of a call that converts events.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventBatch {
    /// How many events were converted.
    pub events: usize,
    /// How many bytes of the input were consumed. The next call begins there if no event was refused.
    pub consumed: usize,
    /// How many of the consumed lines do not belong to an event, such as comments.
    pub skipped: usize,
    /// The event at which the conversion stopped.
    pub refused: Option<RefusedInEvents>,
}

/// An event of an input that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedInEvents {
    /// Where the next call begins; none if the rest of the stream cannot be read.
    pub end: Option<usize>,
    /// What is wrong. Its offset counts from the start of the payload, or of the message.
    pub violation: Violation,
}

impl Converter {
    /// Converts a part of a stream of server-sent events to size-delimited event messages, until an event
    /// is refused. Calls a function with the output, in the memory of the kernel.
    ///
    /// This has no state, for bindings to other languages. Programs use an
    /// [`EventDecoder`](crate::events::EventDecoder).
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] if the events and their conversion do not fit into one WebAssembly memory,
    /// and [`Error::Kernel`], also if the message is no event message.
    pub fn decode_events_with<R>(
        &self,
        events: &[u8],
        flags: EventFlags,
        max_event_bytes: usize,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<(R, EventBatch), Error> {
        let limits = Limits {
            max_bytes: max_event_bytes,
            ..self.limits(Direction::ToBinary)
        };
        self.convert_events(Function::PackEvents, events, limits, flags, take)
    }

    /// Converts size-delimited event messages to server-sent events, until a message is refused. Calls a
    /// function with the output, in the memory of the kernel.
    ///
    /// # Errors
    ///
    /// As for [`Converter::decode_events_with`].
    pub fn encode_events_with<R>(
        &self,
        messages: &[u8],
        flags: EventFlags,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<(R, EventBatch), Error> {
        let limits = self.limits(Direction::ToJson);
        self.convert_events(Function::UnpackEvents, messages, limits, flags, take)
    }

    fn convert_events<R>(
        &self,
        function: Function,
        input: &[u8],
        limits: Limits,
        flags: EventFlags,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<(R, EventBatch), Error> {
        let bits =
            u32::from(flags.last) | u32::from(flags.first) << 1 | u32::from(flags.lenient) << 2;
        self.pool().with(|kernel| {
            let (output, batch) = kernel.convert_events(function, input, limits, bits)?;
            let output = take(output);
            let refused = match batch.refused {
                None => None,
                Some((_, end)) => Some(RefusedInEvents {
                    end: Some(end).filter(|end| *end > 0),
                    violation: kernel.violation()?,
                }),
            };
            let batch = EventBatch {
                events: batch.documents,
                consumed: batch.consumed,
                skipped: batch.skipped,
                refused,
            };
            Ok((output, batch))
        })
    }
}
