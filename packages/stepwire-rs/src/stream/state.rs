use std::collections::HashMap;

use super::format::SLOT_BYTES;

/// The payloads that a writer or a reader remembers, one for each slot.
#[derive(Debug)]
pub(crate) struct State {
    slots: HashMap<u32, Vec<u8>>,
    /// Size of all payloads, with `SLOT_BYTES` for each, and its limit.
    bytes: usize,
    limit: usize,
}

impl State {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            slots: HashMap::new(),
            bytes: 0,
            limit,
        }
    }

    pub(crate) fn get(&self, slot: u32) -> Option<&[u8]> {
        self.slots.get(&slot).map(Vec::as_slice)
    }

    /// Returns whether a payload of this size can be remembered.
    pub(crate) fn fits(&self, slot: u32, size: usize) -> bool {
        let freed = self.get(slot).map_or(0, |former| SLOT_BYTES + former.len());
        self.bytes - freed + SLOT_BYTES + size <= self.limit
    }

    /// Remembers a payload, which has to fit, in the place of the former one.
    pub(crate) fn set(&mut self, slot: u32, payload: &[u8]) {
        let former = self.slots.entry(slot).or_insert_with(|| {
            self.bytes += SLOT_BYTES;
            Vec::new()
        });
        self.bytes = self.bytes - former.len() + payload.len();
        former.clear();
        former.extend_from_slice(payload);
        if payload.len() < former.capacity() / 4 {
            former.shrink_to(2 * payload.len());
        }
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    pub(crate) fn clear(&mut self) {
        self.slots = HashMap::new();
        self.bytes = 0;
    }
}
