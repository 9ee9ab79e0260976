use super::format::{TEXT_BYTES, TEXTS};

/// The last short texts that were written as the only changed value of an event.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    list: Vec<Vec<u8>>,
    next: usize,
}

impl Texts {
    /// Adds a text in the place of the oldest one, unless it is empty or too long.
    pub(crate) fn add(&mut self, text: &[u8]) {
        if text.is_empty() || text.len() > TEXT_BYTES {
            return;
        }
        match self.list.get_mut(self.next) {
            Some(oldest) => {
                oldest.clear();
                oldest.extend_from_slice(text);
            }
            None => self.list.push(text.to_vec()),
        }
        self.next = (self.next + 1) % TEXTS;
    }

    /// Returns the place of a text.
    pub(crate) fn find(&self, text: &[u8]) -> Option<usize> {
        self.list.iter().position(|each| each == text)
    }

    /// Returns the text in a place.
    pub(crate) fn get(&self, place: u64) -> Option<&[u8]> {
        let place = usize::try_from(place).ok()?;
        self.list.get(place).map(Vec::as_slice)
    }
}
