use super::{EventError, EventFlags, RefusedEvent};
use crate::Converter;

/// Converts event messages to the bytes of a stream of server-sent events.
#[derive(Debug)]
pub struct EventEncoder {
    converter: Converter,
    delimited: Vec<u8>,
    events: u64,
}

impl EventEncoder {
    /// Returns an encoder for a stream of the converter's event message.
    #[must_use]
    pub fn new(converter: &Converter) -> Self {
        Self {
            converter: converter.clone(),
            delimited: Vec::new(),
            events: 0,
        }
    }

    /// Returns the server-sent event of an event message in binary.
    ///
    /// # Errors
    ///
    /// [`EventError::Refused`] if no server-sent event can hold the message; the next one can be
    /// encoded. [`EventError::Convert`] if the kernel fails.
    pub fn encode(&mut self, event: impl AsRef<[u8]>) -> Result<Vec<u8>, EventError> {
        let mut output = Vec::new();
        self.encode_into([event], &mut output)?;
        Ok(output)
    }

    /// Appends the server-sent events of event messages to a buffer. After an error, the buffer has the
    /// events before it.
    ///
    /// # Errors
    ///
    /// As for [`EventEncoder::encode`].
    pub fn encode_into<B: AsRef<[u8]>>(
        &mut self,
        events: impl IntoIterator<Item = B>,
        output: &mut Vec<u8>,
    ) -> Result<(), EventError> {
        self.delimited.clear();
        for event in events {
            let event = event.as_ref();
            write_size(event.len() as u64, &mut self.delimited);
            self.delimited.extend_from_slice(event);
        }
        let flags = EventFlags {
            last: true,
            ..EventFlags::default()
        };
        let ((), batch) = self
            .converter
            .encode_events_with(&self.delimited, flags, |bytes| {
                output.extend_from_slice(bytes);
            })?;
        self.events += batch.events as u64;
        match batch.refused {
            None => Ok(()),
            Some(refused) => {
                let index = self.events;
                self.events += 1;
                Err(EventError::Refused(RefusedEvent {
                    index,
                    violation: refused.violation,
                }))
            }
        }
    }
}

fn write_size(mut size: u64, output: &mut Vec<u8>) {
    while size > 0x7f {
        output.push(size.to_le_bytes()[0] | 0x80);
        size >>= 7;
    }
    output.push(size.to_le_bytes()[0]);
}
