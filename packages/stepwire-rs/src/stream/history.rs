use super::format::{HISTORY_BYTES, MAXIMUM_COPIES};

/// The bodies of the events before, of which parts can be copied.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Up to twice as many bytes as needed, so that bytes rarely move.
    bytes: Vec<u8>,
    /// Number of all bytes that were added.
    total: usize,
}

impl History {
    /// Returns the bytes that can be copied.
    pub(crate) fn recent(&self) -> &[u8] {
        &self.bytes[self.bytes.len().saturating_sub(HISTORY_BYTES)..]
    }

    pub(crate) fn add(&mut self, body: &[u8]) {
        self.total += body.len();
        let body = &body[body.len().saturating_sub(HISTORY_BYTES)..];
        if self.bytes.len() + body.len() > 2 * HISTORY_BYTES {
            let old = self.bytes.len() - self.recent().len();
            self.bytes.drain(..old);
        }
        self.bytes.extend_from_slice(body);
    }
}

/// A part of a body that is copied from earlier bodies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Number of bytes between the part and the one before.
    pub(crate) gap: usize,
    pub(crate) length: usize,
    /// How far back the part starts.
    pub(crate) distance: usize,
}

/// A shorter part costs more than it saves if the stream is compressed too.
const SMALLEST_COPY: usize = 40;

/// The index has every 32nd offset of the history, with the hash of the eight bytes there.
const INDEX_STEP: usize = 32;
const INDEXED_BYTES: usize = 8;
const INDEX_BITS: u32 = 11;

/// Finds parts of a body in the history.
#[derive(Debug, Default)]
pub(crate) struct CopyFinder {
    /// Offsets in the history + 1, by hash; empty until something is looked for.
    index: Vec<usize>,
    indexed: usize,
}

impl CopyFinder {
    pub(crate) fn find(&mut self, history: &History, body: &[u8]) -> Vec<Part> {
        let mut parts = Vec::new();
        let recent = history.recent();
        let is_large_enough = body.len() >= SMALLEST_COPY && recent.len() >= SMALLEST_COPY;
        if !is_large_enough || body.len() > HISTORY_BYTES {
            return parts;
        }
        let oldest = history.total - recent.len();
        self.update(history, oldest);
        let mut from = 0;
        let mut at = 0;
        while at + INDEXED_BYTES <= body.len() && parts.len() < MAXIMUM_COPIES {
            let entry = self.index[hash(&body[at..])];
            let Some(found) = entry.checked_sub(oldest + 1) else {
                at += 1;
                continue;
            };
            let after = equal_bytes(body[at..].iter(), recent[found..].iter());
            let before = if after == 0 {
                0
            } else {
                equal_bytes(body[from..at].iter().rev(), recent[..found].iter().rev())
            };
            if before + after < SMALLEST_COPY {
                at += 1;
                continue;
            }
            parts.push(Part {
                gap: at - before - from,
                length: before + after,
                distance: recent.len() - found + before,
            });
            at += after;
            from = at;
        }
        parts
    }

    /// Adds what is new in the history to the index.
    fn update(&mut self, history: &History, oldest: usize) {
        self.index.resize(1 << INDEX_BITS, 0);
        let recent = history.recent();
        let mut offset = self.indexed.max(oldest.next_multiple_of(INDEX_STEP));
        while offset + INDEXED_BYTES <= history.total {
            self.index[hash(&recent[offset - oldest..])] = offset + 1;
            offset += INDEX_STEP;
        }
        self.indexed = offset;
    }
}

fn equal_bytes<'a>(
    one: impl Iterator<Item = &'a u8>,
    other: impl Iterator<Item = &'a u8>,
) -> usize {
    one.zip(other)
        .take_while(|(byte, same)| byte == same)
        .count()
}

/// Returns the hash of the first eight bytes.
fn hash(bytes: &[u8]) -> usize {
    let word = |at: usize| {
        let bytes = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        u32::from_le_bytes(bytes)
    };
    let mixed = word(0).wrapping_mul(0x9e37_79b1) ^ word(4).wrapping_mul(0x85eb_ca77);
    (mixed >> (u32::BITS - INDEX_BITS)) as usize
}
