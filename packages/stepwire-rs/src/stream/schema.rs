//! What a writer has to know of the schema, which `pnpm generate:rust` generates from it.

/// An arm of an event message whose payloads repeat their fields.
#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) number: u32,
    /// Arms of the same message share a slot. Its number is the smallest number of these arms.
    pub(crate) slot: u32,
    /// Index of the message in `MESSAGES`.
    pub(crate) message: usize,
}

/// A field that holds a message.
struct Child {
    number: u32,
    /// Index of the message in `MESSAGES`.
    message: usize,
}

include!("../gen/stream.rs");

/// Returns the arms of an event message whose payloads repeat their fields.
pub(crate) fn repeating_arms(name: &str) -> &'static [Arm] {
    EVENTS
        .iter()
        .find(|(event, _)| *event == name)
        .map_or(&[], |(_, arms)| arms)
}

/// Returns the message in a field of a message; none if the field holds something else.
pub(crate) fn child(message: usize, number: u32) -> Option<usize> {
    let mut children = MESSAGES.get(message)?.iter();
    Some(children.find(|child| child.number == number)?.message)
}
