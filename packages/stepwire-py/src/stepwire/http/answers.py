"""Headers that are passed on, and answers of the API for what a service answers."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from google.protobuf.message import DecodeError

from ..v1.openai_error_pb2 import OpenAIError

Headers: TypeAlias = Sequence[tuple[str, str]]
"""Names in lower case, and values."""

_PASSED_THROUGH = "stepwire-passed-through"
_STATUS = "stepwire-status"
_ERROR = "stepwire-error"

_REQUEST_NAMES = {
    "authorization",
    "api-key",
    "openai-organization",
    "openai-project",
    "openai-beta",
    "idempotency-key",
    "x-request-id",
    "x-client-request-id",
    "x-ms-client-request-id",
    "traceparent",
    "tracestate",
}
_RESPONSE_NAMES = {
    "x-request-id",
    "apim-request-id",
    "openai-version",
    "openai-organization",
    "openai-project",
    "openai-processing-ms",
    "retry-after",
    "retry-after-ms",
    "x-should-retry",
    "www-authenticate",
}
_RATE_LIMIT = "x-ratelimit-"
_HOP_BY_HOP = {"host", "connection", "keep-alive", "te", "upgrade", "proxy-connection"}


@dataclass(frozen=True)
class Answer:
    """An answer of the API."""

    status: int
    headers: Headers
    content: bytes


def passed_request_headers(headers: Headers) -> list[tuple[str, str]]:
    """Returns the headers of a request that a service passes on to the server."""
    return [(name, value) for name, value in headers if name in _REQUEST_NAMES]


def passed_through_headers(headers: Headers) -> list[tuple[str, str]]:
    """Returns the headers of a request that is passed through."""
    return [(name, value) for name, value in headers if name not in _HOP_BY_HOP]


def not_passed_through(
    method: str, raw_path: bytes, status: int, headers: Headers
) -> Answer | None:
    """Returns the answer if the ingress passes nothing through; otherwise None."""
    if status != 404 or find_header(headers, _PASSED_THROUGH):
        return None
    path = raw_path.split(b"?")[0].decode("ascii")
    return _error(404, f"Invalid URL ({method} {path})", "unknown_url")


def refused_stream(status: int, headers: Headers, content: bytes) -> Answer:
    """Returns the answer of the API for a streaming rpc that was not accepted."""
    words = find_header(headers, _ERROR).split()
    if not words:
        return _error(502, f"The service answered with the status {status}.", "bad_gateway")
    error = OpenAIError(status=status, body=content, truncated="truncated" in words)
    for name, value in headers:
        if name == "content-type" or _is_passed_back(name):
            error.headers.add(name=name, value=value)
    return answer_of(error, status)


_MEANINGS: dict[str, tuple[int, str]] = {
    "canceled": (499, "The request was cancelled."),
    "unknown": (502, "The service failed."),
    "invalid_argument": (400, ""),
    "deadline_exceeded": (504, "The service took too long to answer."),
    "not_found": (404, ""),
    "already_exists": (409, ""),
    "permission_denied": (403, ""),
    "resource_exhausted": (429, ""),
    "failed_precondition": (400, ""),
    "aborted": (502, "The service failed."),
    "out_of_range": (400, ""),
    "unimplemented": (501, ""),
    "internal": (500, "The service failed."),
    "unavailable": (503, "The service cannot be reached."),
    "data_loss": (502, "The service failed."),
    "unauthenticated": (401, ""),
}
"""The HTTP status of each code of Connect, and the text if the service's own is not shown."""


def refused_call(status: int, headers: Headers, content: bytes) -> Answer:
    """Returns the answer that an error of Connect carries, or one that explains its code."""
    try:
        error = parse_json(content)
        code = str(error["code"])
        details = error.get("details", [])
        carried = next(
            (each["value"] for each in details if each["type"] == OpenAIError.DESCRIPTOR.full_name),
            None,
        )
        if carried is not None:
            data = base64.b64decode(carried + "=" * (-len(carried) % 4), validate=True)
            return answer_of(OpenAIError.FromString(data), status)
        meaning, text = _MEANINGS[code]
        return _error(meaning, text or str(error.get("message", "")), code)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, DecodeError):
        return _error(502, f"The service answered with the status {status}.", "bad_gateway")


def answer_of(error: OpenAIError, status: int) -> Answer:
    status = error.status if 400 <= error.status <= 599 else status
    headers = [(header.name, header.value) for header in error.headers]
    passed = passed_response_headers(headers)
    if error.truncated:
        message = "The server's error is too long to be passed on."
        replaced = error_json(status, message, "error_too_long")
        return Answer(status, [*passed, ("content-type", "application/json")], replaced)
    types = [header for header in headers if header[0] == "content-type"]
    return Answer(status, [*passed, *types[:1]], error.body)


def _error(status: int, message: str, code: str | None) -> Answer:
    content = error_json(status, message, code)
    return Answer(status, [("content-type", "application/json")], content)


def error_json(status: int, message: str, code: str | None) -> bytes:
    kind = {429: "rate_limit_error"}.get(status)
    kind = kind or ("server_error" if status >= 500 else "invalid_request_error")
    error = {"message": message, "type": kind, "param": None, "code": code}
    return json.dumps({"error": error}, ensure_ascii=False, separators=(",", ":")).encode()


def parse_json(text: str | bytes) -> Any:
    """Parses JSON, with its integers as strings.

    Raises:
        ValueError: It is malformed.
        RecursionError: It is nested too deeply.
    """
    # An integer of more than 4300 digits would be a ValueError.
    return json.loads(text, parse_int=str)


def is_error(text: str) -> bool:
    try:
        value = parse_json(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "error" in value


def find_header(headers: Headers, name: str) -> str:
    return next((value for each, value in headers if each == name), "")


def _is_passed_back(name: str) -> bool:
    return name in _RESPONSE_NAMES or name.startswith(_RATE_LIMIT)


def passed_response_headers(headers: Headers) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if _is_passed_back(name)]


def status_in(headers: Headers) -> int:
    text = find_header(headers, _STATUS)
    return int(text) if len(text) == 3 and text.isascii() and text.isdigit() else 200


def payload_in(message: bytes, number: int) -> bytes | None:
    """Returns the bytes of a message field, without parsing it. None if it is not set."""
    payload: bytes | None = None
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        if tag & 7 != 2:
            raise DecodeError("the response has a field that is not a message")
        size, position = _varint(message, position)
        end = position + size
        if end > len(message):
            raise DecodeError("the response is cut off")
        if tag >> 3 == number:
            # Occurrences of a message field are merged, as its concatenated bytes are.
            payload = (payload or b"") + message[position:end]
        position = end
    return payload


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift, byte in enumerate(message[position : position + 10]):
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value, position + shift + 1
    raise DecodeError("the response has a malformed varint")
