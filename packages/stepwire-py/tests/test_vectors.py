"""All vectors: byte for byte through the kernel, and through Protobuf's own messages."""

import json

import pytest
from google.protobuf import json_format
from google.protobuf.message import Message

from stepwire import StepwireError, Transcoder

from .vectors import FROM_BINARY, FROM_JSON, MODES, WITH_MESSAGE, Case, params, utf8

OF_MESSAGES = ("missing_member", "unknown_value", "not_representable", "invalid_residue")
"""What else can be wrong with a binary message."""

DEVIATIONS = {
    "malformed-binary: a delta that is spoiled, 461": (
        "upb keeps an entry of a map that has an unknown field as an unknown field"
    )
}
"""Where Protobuf's library for Python is not as the vectors say; each has to fail really."""


def assert_refused(error: StepwireError, case: Case, violations: list[dict[str, object]]) -> None:
    """The kernel stops at one of the violations, and at the very one if there is just one."""
    met = (error.code, error.pointer)
    if "fromBinary" in case.members and violations[0]["code"] == "malformed_binary":
        # What is met first may hide that bytes further on are malformed (docs/kernel-abi.md).
        assert error.code in ("malformed_binary", *OF_MESSAGES)
        return
    assert met in [(one["code"], utf8(str(one["pointer"]))) for one in violations]
    if "fromBinary" not in case.members:
        offsets = [one.get("offset") for one in violations if utf8(str(one["pointer"])) == met[1]]
        assert error.offset in offsets


@pytest.mark.parametrize("case", params(FROM_JSON))
def test_json_to_binary(case: Case) -> None:
    for mode in MODES:
        violations = case.violations(mode)
        transcoder = case.transcoder(mode)
        if violations:
            with pytest.raises(StepwireError) as refused:
                transcoder.to_binary(case.json)
            assert_refused(refused.value, case, violations)
        else:
            assert transcoder.to_binary(case.json) == case.binary


@pytest.mark.parametrize("case", params([case for case in FROM_JSON if case.binary is not None]))
def test_its_binary_to_json(case: Case) -> None:
    assert case.binary is not None
    assert to_json(case.transcoder(), case.binary) == case.output


@pytest.mark.parametrize("case", params(FROM_BINARY))
def test_binary_to_json(case: Case) -> None:
    violations = case.violations()
    if violations:
        with pytest.raises(StepwireError) as refused:
            case.transcoder().to_json(case.from_binary)
        assert_refused(refused.value, case, violations)
    else:
        assert to_json(case.transcoder(), case.from_binary) == case.output


@pytest.mark.parametrize("case", params(WITH_MESSAGE, DEVIATIONS))
def test_messages(case: Case) -> None:
    """Parse, write again, ProtoJSON."""
    binary = case.from_binary if "fromBinary" in case.members else case.binary
    assert binary is not None
    message = case.message_class.FromString(binary)
    again = case.message_class.FromString(message.SerializeToString())
    expected = json.dumps(case.members["message"])
    for one in (message, again):
        assert numbers_as_floats(json_format.MessageToJson(one)) == numbers_as_floats(expected)


def to_json(transcoder: Transcoder[Message], binary: bytes) -> str:
    return transcoder.to_json(binary).decode()


def numbers_as_floats(text: str) -> object:
    """The value of a JSON text. Libraries spell one number as 1, 1.0 or 1e0."""
    return json.loads(text, parse_int=float)
