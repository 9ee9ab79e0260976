from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from . import _native
from ._native import ObjectNumber
from .data import Data

DEFAULT_MAX_EVENT_BYTES = 64 * 1024 * 1024

M = TypeVar("M", bound=Message)
Object = TypeVar("Object", bound=Message)


@dataclass(frozen=True)
class AccumulationLimits:
    """What an accumulator holds at most; docs/accumulation.md explains each limit."""

    max_objects: int = 1024
    max_elements: int = 4096
    max_members: int = 131_072
    max_index_gap: int = 64
    max_size: int = 64 * 1024 * 1024
    max_text_length: int = 1024 * 1024
    max_event_bytes: int = DEFAULT_MAX_EVENT_BYTES


DEFAULT_LIMITS = AccumulationLimits()


class Accumulator(Generic[M]):
    """Adds up the events of one stream, such as deltas, to objects.

    Applying an event takes time in proportion to its size, and reading an object in proportion to
    the size of the object. So apply many events, then read the object. Use an accumulator in one
    thread at a time.

    Args:
        message: The class of the event messages.
        objects: The classes of the objects to accumulate; by default all.
        set_names: Names of unknown members whose value a delta replaces; by default those of
            docs/accumulation.md.
        limits: What it holds at most.

    Raises:
        ValueError: There are no such events, none about such an object, or a limit is too small.
    """

    def __init__(
        self,
        message: type[M],
        *,
        objects: Iterable[type[Message]] = (),
        set_names: Iterable[str] | None = None,
        limits: AccumulationLimits = DEFAULT_LIMITS,
    ) -> None:
        self._pool = message.DESCRIPTOR.file.pool
        self._accumulator = _native.Accumulator(
            message.DESCRIPTOR.full_name,
            (
                limits.max_objects,
                limits.max_elements,
                limits.max_members,
                limits.max_index_gap,
                limits.max_size,
                limits.max_text_length,
            ),
            limits.max_event_bytes,
            None if set_names is None else list(set_names),
            [each.DESCRIPTOR.full_name for each in objects],
        )

    def apply(self, event: M | Data) -> ObjectNumber | None:
        """Applies an event, as a message or in binary.

        Returns:
            The number of the object that it is about, for ``get``; None if it is about no object.

        Raises:
            AccumulationError: The event is refused. The objects are unchanged, and more events can
                be applied.
        """
        data = event.SerializeToString() if isinstance(event, Message) else event
        return self._accumulator.apply(data)

    def apply_all(self, events: Data) -> int:
        """Applies size-delimited events in one call, and returns how many.

        Raises:
            AccumulationError: An event is refused. Those before it were applied.
            ValueError: The last event is cut off. Those before it were applied.
        """
        return self._accumulator.apply_all(events)

    def numbers(self) -> list[ObjectNumber]:
        """Returns the numbers of all objects, in the order of their first events."""
        return self._accumulator.numbers()

    def objects(self) -> list[Message]:
        """Returns all objects as they are now, in the order of their first events."""
        numbers = self._accumulator.numbers()
        return [each for each in map(self.get, numbers) if each is not None]

    def get(self, number: ObjectNumber) -> Message | None:
        """Returns an object as it is now; None if it was removed."""
        found = self._accumulator.object(number)
        if found is None:
            return None
        name, _, data = found
        descriptor: Any = self._pool.FindMessageTypeByName(name)
        return GetMessageClass(descriptor).FromString(data)

    def get_bytes(self, number: ObjectNumber) -> bytes | None:
        """Returns an object in binary; None if it was removed."""
        found = self._accumulator.object(number)
        return None if found is None else found[2]

    def find(self, message: type[Object], id: str) -> Object | None:
        """Returns the object of a type with an identifier; None if there is none."""
        number = self._accumulator.find(message.DESCRIPTOR.full_name, id)
        found = None if number is None else self._accumulator.object(number)
        return None if found is None else message.FromString(found[2])

    def remove(self, number: ObjectNumber) -> bool:
        """Removes an object, to make room for others. Returns whether there was one."""
        return self._accumulator.remove(number)

    @property
    def ended(self) -> Literal["done", "error"] | None:
        """How the stream ended; None if it has not."""
        return self._accumulator.ended

    @property
    def size(self) -> int:
        """The size of all objects, in the unit of ``max_size``."""
        return self._accumulator.size
