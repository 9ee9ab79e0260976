"""Events added up to objects."""

import pickle
from collections.abc import Iterator

import pytest

from stepwire import AccumulationError, AccumulationLimits, Accumulator, EventDecoder, read_events
from stepwire.chat.v1.chat_completion_pb2 import ChatCompletion
from stepwire.chat.v1.stream_event_pb2 import ChatCompletionStreamEvent
from stepwire.v1.document_pb2 import Document
from stepwire.v1.message_pb2 import ThreadMessage
from stepwire.v1.stream_event_pb2 import StreamEvent

CHUNK = (
    'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":'
    '[{"index":0,"delta":{"content":"%s"},"logprobs":null,"finish_reason":null}]}\n\n'
)


def stream() -> Iterator[bytes]:
    for text in ("Hel", "lo", "!"):
        yield (CHUNK % text).encode()
    yield b"data: [DONE]\n\n"


def test_deltas_become_an_object() -> None:
    accumulator = Accumulator(ChatCompletionStreamEvent)
    assert accumulator.ended is None
    number = None
    for event in read_events(ChatCompletionStreamEvent, stream()):
        number = accumulator.apply(event) or number
    assert number is not None
    assert accumulator.ended == "done"
    completion = accumulator.object(number)
    assert isinstance(completion, ChatCompletion)
    assert completion.choices[0].message.content.text == "Hello!"
    assert accumulator.objects() == [completion]
    assert accumulator.get(ChatCompletion, "chatcmpl-1") == completion
    assert accumulator.get(ChatCompletion, "another") is None
    assert ChatCompletion.FromString(accumulator.object_bytes(number) or b"") == completion
    assert accumulator.size > 0
    assert accumulator.remove(number)
    assert not accumulator.remove(number)
    assert accumulator.object(number) is None
    assert accumulator.objects() == []


def test_many_events_are_applied_in_one_call() -> None:
    decoder = EventDecoder(ChatCompletionStreamEvent)
    events = [event for chunk in stream() for event in decoder.read(chunk)]
    one_by_one = Accumulator(ChatCompletionStreamEvent)
    for event in events:
        one_by_one.apply(event)
    together = Accumulator(ChatCompletionStreamEvent)
    delimited = b"".join(size(len(event)) + event for event in events)
    assert together.apply_all(delimited) == 4
    assert together.objects() == one_by_one.objects()
    with pytest.raises(ValueError, match=r"cut off \(offset 0\)"):
        together.apply_all(delimited[:-1][: len(events[0])])


def size(number: int) -> bytes:
    return bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])


def test_a_refused_event_leaves_the_objects() -> None:
    accumulator = Accumulator(StreamEvent, limits=AccumulationLimits(max_objects=1))
    event = StreamEvent()
    event.message_created.id = "msg_1"
    first = accumulator.apply(event)
    assert first is not None
    event.message_created.id = "msg_2"
    with pytest.raises(AccumulationError) as refused:
        accumulator.apply(event)
    error = refused.value
    assert (error.code, error.object_id) == ("too_many_objects", "msg_2")
    assert error.type_name == "stepwire.v1.ThreadMessage"
    assert str(error).startswith("too_many_objects at ")
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.code, copy.pointer) == (str(error), error.code, error.pointer)
    assert len(accumulator.objects()) == 1
    assert accumulator.get(ThreadMessage, "msg_1") is not None
    assert accumulator.apply(event.SerializeToString()[:0]) is None
    with pytest.raises(AccumulationError, match="malformed_event"):
        accumulator.apply(b"\xff")


def test_other_messages_have_no_events() -> None:
    with pytest.raises(ValueError, match=r"no events of stepwire\.v1\.Document"):
        Accumulator(Document)
    with pytest.raises(ValueError, match=r"none about stepwire\.v1\.Document"):
        Accumulator(StreamEvent, objects=[Document])
    with pytest.raises(ValueError, match="at least 1"):
        Accumulator(StreamEvent, limits=AccumulationLimits(max_objects=0))


def test_only_objects_of_some_types_are_accumulated() -> None:
    accumulator = Accumulator(StreamEvent, objects=[ThreadMessage])
    event = StreamEvent()
    event.run_created.id = "run_1"
    assert accumulator.apply(event) is None
    event.message_created.id = "msg_1"
    assert accumulator.apply(event) is not None
    assert [type(each) for each in accumulator.objects()] == [ThreadMessage]
