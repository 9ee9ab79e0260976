"""Requests of the API as calls of services, and their answers as those of the API."""

import json
import random
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote_to_bytes

from google.protobuf.descriptor import Descriptor, FieldDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from .. import _native
from ..data import Data
from ..json.v1 import json_pb2
from ..rpc.v1.rpc_pb2 import ResumeStream
from ..stream.call import MEDIA_TYPE
from ..stream.errors import StreamFailure, StreamFormatError
from ..stream.reader import StreamLimits, StreamReader
from ..transcoder import Transcoder
from ..v1.openai_error_pb2 import OpenAIError
from .answers import (
    Answer,
    Headers,
    answer_of,
    error_json,
    find_header,
    is_error,
    parse_json,
    passed_request_headers,
    passed_response_headers,
    payload_in,
    refused_call,
    status_in,
)
from .body import Body, readable_encodings
from .routes import Endpoint, Parameters, Route, Router, build_request, options, own_services

PASS_THROUGH = "/pass-through"
"""The path of an ingress below which it passes requests on."""


UNARY_HEADERS: Headers = (
    ("content-type", "application/proto"),
    ("connect-protocol-version", "1"),
    ("accept-encoding", "gzip"),
)

_STREAM_ID = "stepwire-stream-id"
_STREAM_ID_FIELD = "stream_id"
_MAX_ATTEMPTS = 30
"""How often a stream may be resumed without an event between."""


@dataclass(frozen=True)
class Call:
    """A call of a service instead of a request of the API."""

    route: Route
    url: str
    headers: Headers
    content: bytes


class Exchange:
    """Turns requests of the API into calls of an ingress.

    Args:
        ingress: The URL of the ingress.
        prefix: The start of the paths of the API, such as ``/v1``. Requests of other paths are
            passed through without it.
        services: The services whose endpoints become calls. By default, all of this package.
        table: The schema of the services, as ``stepwire table`` writes it, if they are your own.
        max_document_bytes: How many bytes a document may have, in either form.
        limits: What is accepted of a stream at most.
        resume_window: How long a stream may be resumed after its connection broke, in seconds.
    """

    def __init__(
        self,
        ingress: str,
        *,
        prefix: str,
        services: Iterable[ServiceDescriptor] | None,
        table: Data | None,
        max_document_bytes: int,
        limits: StreamLimits,
        resume_window: float,
    ) -> None:
        self.base = ingress.rstrip("/")
        self.prefix = prefix.rstrip("/")
        self.max_document_bytes = max_document_bytes
        self.limits = limits
        self.resume_window = resume_window
        self._table = table
        self._router = Router(own_services() if services is None else services)
        self._transcoders: dict[Descriptor, Transcoder[Message]] = {}

    def needs_body(self, method: str, raw_path: bytes, headers: Headers) -> bool:
        """Returns whether the body of a request must be read to know what it becomes."""
        found = self._find(method, raw_path)
        if found is None:
            return False
        content_type = find_header(headers, "content-type").split(";")[0].strip().lower()
        encoding = find_header(headers, "content-encoding").strip().lower()
        return content_type in ("", "application/json") and encoding in ("", "identity")

    def call(self, method: str, raw_path: bytes, headers: Headers, body: bytes) -> Call | None:
        """Returns the call for a request. Returns None if the request is passed through."""
        found = self._find(method, raw_path)
        if found is None:
            return None
        endpoint, segments = found
        try:
            query = _query(raw_path)
            text = body.decode()
        except UnicodeDecodeError:
            return None
        route = _choose(endpoint, query, text)
        if route is None or (route.body is None and body):
            return None
        request = build_request(route, segments, query, text)
        if request is None:
            return None
        if route.resume_window is not None and self.resume_window > 0:
            window = getattr(request, route.resume_window.name)
            window.FromMilliseconds(round(1000 * self.resume_window))
        return Call(
            route=route,
            url=self.base + route.rpc,
            headers=[*passed_request_headers(headers), *_call_headers(route)],
            content=request.SerializeToString(),
        )

    def _find(self, method: str, raw_path: bytes) -> tuple[Endpoint, list[str]] | None:
        path = raw_path.split(b"?")[0]
        prefix = self.prefix.encode() + b"/"
        if not path.startswith(prefix):
            return None
        try:
            parts = path[len(prefix) :].split(b"/")
            segments = [unquote_to_bytes(part).decode() for part in parts]
        except UnicodeDecodeError:
            return None
        endpoint = self._router.find(method, segments)
        return None if endpoint is None else (endpoint, segments)

    def body(self, headers: Headers, *, is_read: bool) -> Body:
        """Returns where the body of an answer is collected.

        Args:
            headers: The headers of the answer.
            is_read: Whether the transport has read the body.
        """
        return Body(headers, self.max_document_bytes, is_read=is_read)

    def passed_through_url(self, raw_path: bytes) -> str:
        """Returns the URL of the ingress for a request that is passed through."""
        path = raw_path.decode("ascii")
        inner = path[len(self.prefix) :] if path.startswith(f"{self.prefix}/") else path
        return self.base + PASS_THROUGH + inner

    def moved(self, location: str) -> str:
        """Returns the path of the API for a path below that of passing through."""
        inner = location.removeprefix(f"{PASS_THROUGH}/")
        return location if inner == location else f"{self.prefix}/{inner}"

    def document(self, route: Route, status: int, headers: Headers, content: bytes) -> Answer:
        """Returns the answer of the API for that of a unary rpc.

        Raises:
            StepwireError: The document is malformed.
            DecodeError: The response is malformed.
        """
        if status != 200:
            return refused_call(status, headers, content)
        passed = passed_response_headers(headers)
        payload = payload_in(content, route.content_number)
        if payload is None:
            return Answer(status_in(headers), passed, b"")
        body = self._transcoder(route.content).to_json(payload)
        return Answer(status_in(headers), [*passed, ("content-type", "application/json")], body)

    def stream(self, call: Call, headers: Headers) -> "EventStream | None":
        """Returns the stream of a streaming rpc that was accepted.

        Returns None if the answer is not a stream.
        """
        reader = self.stream_reader(headers, 0)
        if reader is None:
            return None
        encoder = _native.EventEncoder(self._transcoder(call.route.content))
        return EventStream(self, call, headers, reader, encoder)

    def stream_reader(self, headers: Headers, first_number: int) -> StreamReader | None:
        """Returns a reader of an answer. Returns None if the answer is not a stream."""
        media_type = find_header(headers, "content-type").split(";")[0].strip().lower()
        encoding = find_header(headers, "content-encoding") or "identity"
        if media_type != MEDIA_TYPE or encoding not in readable_encodings():
            return None
        return StreamReader(encoding, first_number, self.limits)

    def _transcoder(self, message: Descriptor) -> Transcoder[Message]:
        transcoder = self._transcoders.get(message)
        if transcoder is None:
            transcoder = self._transcoders[message] = Transcoder(
                GetMessageClass(message), table=self._table, max_bytes=self.max_document_bytes
            )
        return transcoder


class EventStream:
    """A stream that becomes server-sent events, over several connections if one breaks."""

    answer: Answer
    """The answer of the API, whose content is written here."""

    def __init__(
        self,
        exchange: Exchange,
        call: Call,
        headers: Headers,
        reader: StreamReader,
        encoder: _native.EventEncoder,
    ) -> None:
        self.answer = Answer(
            status_in(headers),
            [
                *passed_response_headers(headers),
                ("content-type", "text/event-stream; charset=utf-8"),
                ("cache-control", "no-cache"),
            ],
            b"",
        )
        self._exchange = exchange
        self._call = call
        self._reader = reader
        self._encoder = encoder
        self._stream_id = find_header(headers, _STREAM_ID)
        self._received = 0
        """Number of the last event."""
        self._attempts = 0
        self._deadline = 0.0
        self._is_over = False

    def write(self, chunk: bytes) -> Iterator[bytes]:
        """Returns the events that a chunk completes.

        Raises:
            StreamFormatError: After the events before it: the stream is malformed, or exceeds a
                limit.
            EventError: No server-sent event can hold a message.
        """
        if self._is_over:
            return
        events: list[Data] = []
        broken: StreamFormatError | None = None
        failure: StreamFailure | None = None
        try:
            for event in self._reader.read(chunk):
                events.append(event.data)
                self._received = event.number
        except StreamFormatError as error:
            broken = error
        except StreamFailure as error:
            self._is_over = True
            failure = error
        if events:
            self._attempts = 0
            yield self._encoder.encode(events)
        if broken is not None:
            raise broken
        if failure is not None:
            yield self._failure(failure)

    def finish(self) -> None:
        """Ends the stream with its connection.

        Raises:
            StreamFormatError: The end is missing.
        """
        if not self._is_over:
            self._reader.finish()
            self._is_over = True

    def next_wait(self, broken: Exception) -> float | None:
        """Returns how long to wait before the next attempt to resume the stream, in seconds.

        Returns None if it cannot be resumed, or no longer.

        Args:
            broken: What ended the connection.
        """
        is_malformed = isinstance(broken, StreamFormatError) and broken.code != "cut_off"
        if is_malformed or self._resume_field() is None:
            self._is_over = True
            return None
        now = time.monotonic()
        if self._attempts == 0:
            self._deadline = now + self._exchange.resume_window
        wait = 0.0 if self._attempts == 0 else min(0.05 * 2**self._attempts, 1.0)
        self._attempts += 1
        if now + wait > self._deadline or self._attempts > _MAX_ATTEMPTS:
            self._is_over = True
            return None
        # Clients of one ingress do not come back at the same moment.
        return wait * random.uniform(0.5, 1.0)

    def resume_call(self) -> Call:
        """Returns the call that resumes the stream after the last event."""
        request = GetMessageClass(self._call.route.request)()
        resume = self._resume_field()
        if resume is not None:
            position = ResumeStream(stream_id=self._stream_id, after=self._received)
            getattr(request, resume.name).CopyFrom(position)
        return replace(self._call, content=request.SerializeToString())

    def resume(self, status: int, headers: Headers) -> bool:
        """Continues with the answer to ``resume_call``. Returns whether it is a stream."""
        reader = self._exchange.stream_reader(headers, self._received + 1)
        if status == 200 and reader is not None:
            self._reader = reader
            return True
        if 400 <= status < 500 and status not in (408, 429):
            # It has expired, or is unknown: another attempt has the same result.
            self._attempts = _MAX_ATTEMPTS
        return False

    def closing_call(self) -> Call | None:
        """Returns the call that ends a stream whose reader leaves before its end."""
        closing = self._call.route.closing
        if self._is_over or closing is None or self._resume_field() is None:
            return None
        self._is_over = True
        request = GetMessageClass(closing.input_type)()
        # An rpc that closes streams has this field.
        setattr(request, _STREAM_ID_FIELD, self._stream_id)
        headers = [*passed_request_headers(self._call.headers), *UNARY_HEADERS]
        url = f"{self._exchange.base}/{closing.containing_service.full_name}/{closing.name}"
        return replace(self._call, url=url, headers=headers, content=request.SerializeToString())

    def _resume_field(self) -> FieldDescriptor | None:
        """Returns the field that resumes the stream, if it can be resumed."""
        can_resume = self._stream_id != "" and self._exchange.resume_window > 0
        return self._call.route.resume if can_resume else None

    def _failure(self, failure: StreamFailure) -> bytes:
        try:
            error = OpenAIError.FromString(failure.detail)
        except DecodeError:
            error = OpenAIError(status=502)
        answer = answer_of(error, 502)
        text = answer.content.decode("utf-8-sig", "replace")
        if not is_error(text):
            message = f"The server answered {answer.status}."
            text = error_json(answer.status, message, None).decode()
        members: dict[str, object] = parse_json(text)
        added = "".join(
            f"{json.dumps(name)}:{json.dumps(value)},"
            for name, value in _error_constants(self._call.route.content).items()
            if name not in members
        )
        # JSON has line breaks only between tokens.
        lines = re.split("\r\n|\r|\n", text.replace("{", f"{{{added}", 1))
        return "".join(["event: error\n", *(f"data: {line}\n" for line in lines), "\n"]).encode()


def _choose(endpoint: Endpoint, query: Parameters, body: str) -> Route | None:
    """Returns the route that answers a request: the stream if the request asks for one."""
    document, stream = endpoint.document, endpoint.stream
    if stream is None:
        takes_body = document is not None and document.body is not None
        return None if takes_body and _asks_for_stream(body) else document
    if stream.body is not None:
        return stream if _asks_for_stream(body) else document
    return document if document is not None and ("stream", "true") not in query else stream


def _call_headers(route: Route) -> Headers:
    if not route.is_stream:
        return UNARY_HEADERS
    return [
        ("content-type", "application/proto"),
        ("accept", f"{MEDIA_TYPE};version=1"),
        ("accept-encoding", ", ".join(readable_encodings()[:-1])),
    ]


def _query(raw_path: bytes) -> list[tuple[str, str]]:
    _, _, query = raw_path.partition(b"?")
    return parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")


def _asks_for_stream(body: str) -> bool:
    try:
        value = parse_json(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("stream") is True


def _error_constants(event: Descriptor) -> dict[str, str]:
    """Returns the constant members of the payload of an ``error`` event in such a stream."""
    for arm in event.fields:
        form = options(arm)[json_pb2.field]
        tag = form.tag_value or form.name or arm.name
        if arm.message_type is not None and tag == "error":
            constants = options(arm.message_type)[json_pb2.message].constants
            return {constant.name: constant.value for constant in constants}
    return {}
