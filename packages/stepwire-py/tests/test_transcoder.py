import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct

import stepwire
from stepwire import StepwireError, Transcoder
from stepwire.v1.run_step_delta_pb2 import RunStepDelta
from stepwire.v1.run_step_pb2 import RUN_STATUS_COMPLETED, RunStep
from stepwire.v1.tool_call_pb2 import FunctionCall

from .vectors import FROM_JSON, Case

STEPS = [
    case
    for case in FROM_JSON
    if case.members["schema"] == "stepwire.v1.RunStep"
    and not case.violations("preserve")
    and "limits" not in case.members
]


def test_a_message_can_be_edited() -> None:
    transcoder = Transcoder(RunStep)
    case = next(case for case in STEPS if case.file == "tools")
    step = transcoder.parse(case.json)
    step.id = "another"
    step.status = RUN_STATUS_COMPLETED
    expected = json.loads(case.json) | {"id": "another", "status": "completed"}
    assert json.loads(transcoder.stringify(step)) == expected


def test_text_is_taken_as_its_utf_8() -> None:
    json_text = '{"name":"\u00e9","arguments":"\U0001f600","output":null}'
    transcoder = Transcoder(FunctionCall)
    assert transcoder.to_binary(json_text) == transcoder.to_binary(json_text.encode())
    assert transcoder.parse(json_text).name == "\u00e9"
    with pytest.raises(StepwireError) as refused:
        transcoder.to_binary('{"\u00e9":"\ud800"}')
    assert (refused.value.code, refused.value.offset) == ("not_json", 7)


def test_buffers_are_taken() -> None:
    data = b'{"name":"n","arguments":"","output":null}'
    transcoder = Transcoder(FunctionCall)
    binary = transcoder.to_binary(memoryview(data))
    assert transcoder.to_json(bytearray(binary)) == data


@pytest.mark.parametrize("data", [5, 0, True, [123, 125], (123,), None, 1.5, object()])
def test_issue_11_31_what_is_no_buffer_is_a_type_error(data: object) -> None:
    transcoder: Any = Transcoder(FunctionCall)
    for convert in (transcoder.to_binary, transcoder.to_json, transcoder.parse):
        with pytest.raises(TypeError):
            convert(data)
    with pytest.raises(TypeError):
        transcoder.to_json("{}")


def test_the_short_forms() -> None:
    data = b'{"name":"n","arguments":"","output":null}'
    assert stepwire.to_json(FunctionCall, stepwire.to_binary(FunctionCall, data)) == data


def test_unknown_fields_pass_through_messages() -> None:
    """What a newer schema writes, at the top and further in."""
    step = RunStep.FromString(STEPS[0].binary or b"")
    step.step_details.MergeFromString(b"\x9a\x06\x03new")
    newer = step.SerializeToString() + b"\x92\x06\x05newer"
    again = RunStep.FromString(newer)
    again.id = "edited"
    once_more = RunStep.FromString(again.SerializeToString())
    assert b"\x92\x06\x05newer" in once_more.SerializeToString()
    assert b"\x9a\x06\x03new" in once_more.step_details.SerializeToString()
    assert "newer" not in Transcoder(RunStep).stringify(once_more)
    with pytest.raises(StepwireError, match="malformed_binary"):
        Transcoder(RunStep, unknown_fields="refuse").stringify(once_more)


def test_one_transcoder_serves_many_threads() -> None:
    transcoder = Transcoder(RunStep)

    def convert(case: Case) -> bool:
        binary = transcoder.to_binary(case.json)
        return binary == case.binary and transcoder.to_json(binary).decode() == case.output

    with ThreadPoolExecutor(max_workers=8) as threads:
        assert all(threads.map(convert, STEPS * 10))


def test_threads_that_are_refused_do_not_disturb_others() -> None:
    transcoder = Transcoder(RunStep)

    def convert(number: int) -> bool:
        if number % 3 == 0:
            with pytest.raises(StepwireError, match="not_json"):
                transcoder.to_binary(b'{"id":%d' % number)
            return True
        case = STEPS[number % len(STEPS)]
        return transcoder.to_binary(case.json) == case.binary

    with ThreadPoolExecutor(max_workers=8) as threads:
        assert all(threads.map(convert, range(2000)))


def test_the_memory_of_a_large_document_is_given_up() -> None:
    transcoder = Transcoder(FunctionCall)
    before = transcoder.memory_size
    large = json.dumps({"name": "n", "arguments": "x" * 8_000_000, "output": None})
    assert json.loads(transcoder.to_json(transcoder.to_binary(large)))["name"] == "n"
    assert 0 <= transcoder.memory_size <= before
    assert transcoder.parse('{"name":"n","arguments":"","output":null}').name == "n"


def test_an_error_says_what_and_where() -> None:
    with pytest.raises(StepwireError) as refused:
        Transcoder(RunStepDelta).to_binary('{"id":"s","delta":{}}')
    error = refused.value
    assert (error.code, error.pointer, error.offset) == ("missing_member", "/object", 0)
    assert str(error) == "missing_member at /object (byte 0)"
    assert isinstance(error, ValueError)
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.code, copy.pointer, copy.offset) == (error.code, error.pointer, error.offset)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "loose"}, "mode is one of 'strict', 'preserve', 'archive', not 'loose'"),
        ({"unknown_fields": "keep"}, "unknown_fields is one of 'drop', 'refuse', not 'keep'"),
        ({"max_depth": 0}, "max_depth is an integer from 1 to 1000, not 0"),
        ({"max_depth": 1001}, "max_depth is an integer from 1 to 1000, not 1001"),
        ({"max_bytes": 1.5}, "max_bytes is an integer from 1 to 1073741823, not 1.5"),
    ],
)
def test_options_that_are_none(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Transcoder(RunStep, **options)  # type: ignore[arg-type]


def test_a_message_without_a_json_form() -> None:
    with pytest.raises(ValueError, match=r"does not know a message 'google\.protobuf\.Struct'"):
        Transcoder(Struct)
