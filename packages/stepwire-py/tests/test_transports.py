"""The transports for clients of the API, with an ingress that is a function."""

import asyncio
import base64
import gzip
import inspect
import json
import threading
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import openai
import pytest
from google.protobuf.message import Message

from stepwire import EventDecoder, to_binary
from stepwire import httpx as of_httpx
from stepwire.chat.v1.chat_completion_pb2 import ChatCompletion
from stepwire.chat.v1.chat_service_pb2 import (
    CloseCompletionStreamRequest,
    CloseCompletionStreamResponse,
    CreateCompletionRequest,
    CreateCompletionResponse,
    DeleteCompletionResponse,
    ListCompletionsRequest,
    ListCompletionsResponse,
    StreamCompletionRequest,
)
from stepwire.chat.v1.stream_event_pb2 import ChatCompletionStreamEvent
from stepwire.responses.v1.responses_service_pb2 import GetResponseRequest, StreamResponseRequest
from stepwire.responses.v1.stream_event_pb2 import ResponseStreamEvent
from stepwire.stream import StreamLimits, StreamWriter
from stepwire.stream.compression import import_zstd
from stepwire.v1.openai_error_pb2 import OpenAIError

httpx2 = pytest.importorskip("httpx2")
of_httpx2 = pytest.importorskip("stepwire.httpx2")

INGRESS = "http://ingress.example:8081"
CHAT = "/stepwire.chat.v1.ChatService"
STREAM = "application/vnd.stepwire.stream"
DOCUMENT = (
    '{"id":"chatcmpl_1","object":"chat.completion","created":1,"model":"m","choices":[],'
    '"x_region":null,"x_billed":12345678901234567890}'
)

Handler = Callable[[Any], Any]


def client(handler: Handler, **options: Any) -> Any:
    """Returns an HTTP client whose ingress is a function."""
    transport = of_httpx2.StepwireTransport(
        INGRESS, transport=httpx2.MockTransport(handler), **options
    )
    return httpx2.Client(transport=transport, base_url="https://api.example/v1")


def answer(message: Message, **options: Any) -> Any:
    return httpx2.Response(200, content=message.SerializeToString(), **options)


def stream_of(
    *lines: str, end: bytes | None = None, encoding: Any = "identity", first_number: int = 1
) -> Any:
    """Returns an answer in the stream format."""
    writer = StreamWriter(ChatCompletionStreamEvent, encoding=encoding, first_number=first_number)
    decoder = EventDecoder(ChatCompletionStreamEvent)
    events = list(decoder.read("".join(f"data: {line}\n\n" for line in lines).encode()))
    content = writer.write(events) + (writer.end() if end is None else end)
    headers = {"content-type": STREAM, "x-request-id": "req_1", "stepwire-stream-id": "s"}
    if encoding != "identity":
        headers["content-encoding"] = encoding
    return httpx2.Response(200, headers=headers, stream=Chunks(content))


class Chunks(httpx2.SyncByteStream, httpx2.AsyncByteStream):  # type: ignore[misc, name-defined]
    """A body that comes in chunks of a few bytes."""

    def __init__(self, content: bytes) -> None:
        self.chunks = [content[start : start + 7] for start in range(0, len(content), 7)]
        self.is_closed = False

    def __iter__(self) -> Any:
        yield from self.chunks

    async def __aiter__(self) -> Any:
        for chunk in self.chunks:
            yield chunk

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        await anyio.sleep(0)
        self.is_closed = True


def test_calls_a_service_for_a_document() -> None:
    seen: list[Any] = []

    def ingress(request: Any) -> Any:
        seen.append(request)
        completion = ChatCompletion.FromString(to_binary(ChatCompletion, DOCUMENT))
        response = CreateCompletionResponse(completion=completion)
        headers = {"stepwire-status": "201", "x-request-id": "req_1", "server": "secret"}
        return httpx2.Response(200, headers=headers, content=response.SerializeToString())

    body = '{"messages":[], "x": 1.50}'
    headers = {"authorization": "Bearer key", "x-other": "no", "content-type": "application/json"}
    got = client(ingress).post("/chat/completions?a=1&a=2", content=body, headers=headers)
    # Protobuf's library writes the members of the residue in any order.
    assert got.json() == json.loads(DOCUMENT)
    assert got.status_code == 201
    assert dict(got.headers) == {
        "x-request-id": "req_1",
        "content-type": "application/json",
        "content-length": str(len(got.content)),
    }
    (request,) = seen
    assert str(request.url) == f"{INGRESS}{CHAT}/CreateCompletion"
    assert request.headers["host"] == "ingress.example:8081"
    assert request.headers["authorization"] == "Bearer key"
    assert request.headers["content-type"] == "application/proto"
    assert "x-other" not in request.headers
    sent = CreateCompletionRequest.FromString(request.content)
    assert sent.body == body
    assert [(each.name, each.value) for each in sent.parameters] == [("a", "1"), ("a", "2")]


def test_fills_the_fields_of_query_parameters_exactly() -> None:
    sent: list[ListCompletionsRequest] = []

    def ingress(request: Any) -> Any:
        sent.append(ListCompletionsRequest.FromString(request.content))
        return answer(ListCompletionsResponse())

    got = client(ingress).get("/chat/completions?limit=20&order=desc&model=&after=a%2Fb&x=%2B+")
    assert got.status_code == 200
    client(ingress).get("/chat/completions?limit=020&order=sideways&model=a&model=b")
    one, other = sent
    assert (one.limit, one.order, one.model, one.after) == (20, 2, "", "a/b")
    assert [(each.name, each.value) for each in one.other_parameters] == [("x", "+ ")]
    assert not other.HasField("limit")
    assert other.model == "a"
    assert [(each.name, each.value) for each in other.other_parameters] == [
        ("limit", "020"),
        ("order", "sideways"),
        ("model", "b"),
    ]


def test_answers_without_a_document() -> None:
    got = client(lambda _: answer(DeleteCompletionResponse(), headers={"stepwire-status": "204"}))
    deleted = got.delete("/chat/completions/chatcmpl_1")
    assert (deleted.status_code, deleted.content) == (204, b"")


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_reads_a_stream_as_server_sent_events(encoding: str) -> None:
    lines = [DOCUMENT.replace("completion", "completion.chunk"), '{"a":[1]}', "[DONE]"]
    seen: list[Any] = []

    def ingress(request: Any) -> Any:
        seen.append(request)
        return stream_of(*lines, encoding=encoding)

    got = client(ingress).post("/chat/completions", json={"stream": True})
    assert got.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert got.headers["x-request-id"] == "req_1"
    assert "stepwire-stream-id" not in got.headers
    assert [line for line in got.text.splitlines() if line] == [f"data: {line}" for line in lines]
    (request,) = seen
    assert request.url.path == f"{CHAT}/StreamCompletion"
    assert request.headers["accept"] == f"{STREAM};version=1"
    sent = StreamCompletionRequest.FromString(request.content)
    assert sent.create_completion_stream.body == '{"stream":true}'


def test_takes_a_stream_by_the_body_whatever_else_is_in_it() -> None:
    paths: list[str] = []

    def ingress(request: Any) -> Any:
        paths.append(request.url.path)
        return stream_of("[DONE]")

    # More digits than Python converts to an integer.
    body = '{"x":' + "1" * 4301 + ',"stream":true}'
    client(ingress).post("/chat/completions", content=body)
    assert paths == [f"{CHAT}/StreamCompletion"]


def test_takes_a_stream_by_the_query_if_there_is_no_body() -> None:
    sent: list[Any] = []

    def ingress(request: Any) -> Any:
        sent.append(request)
        return httpx2.Response(503, headers={"stepwire-error": "unavailable"}, content=b"{}")

    client(ingress).get("/responses/resp_1?stream=true&starting_after=4")
    client(ingress).get("/responses/resp_1?stream=false")
    stream, document = sent
    assert stream.url.path.endswith("/StreamResponse")
    assert StreamResponseRequest.FromString(stream.content).WhichOneof("start") is not None
    assert document.url.path.endswith("/GetResponse")
    assert GetResponseRequest.FromString(document.content).response_id == "resp_1"


def test_has_the_error_of_the_server() -> None:
    error = OpenAIError(status=418, body=b'{"error":{"message":"tea"}}')
    error.headers.add(name="content-type", value="application/json")
    error.headers.add(name="retry-after", value="7")
    error.headers.add(name="set-cookie", value="no")
    value = base64.b64encode(error.SerializeToString()).decode().rstrip("=")
    details = [{"type": "stepwire.v1.OpenAIError", "value": value}]

    def ingress(request: Any) -> Any:
        if request.url.path.endswith("/CreateCompletion"):
            return httpx2.Response(400, json={"code": "failed_precondition", "details": details})
        headers = {"stepwire-error": "failed_precondition answer", "retry-after": "7"}
        content_type = {"content-type": "application/json"}
        return httpx2.Response(418, headers={**headers, **content_type}, content=error.body)

    for body in ({}, {"stream": True}):
        got = client(ingress).post("/chat/completions", json=body)
        assert (got.status_code, got.content) == (418, error.body)
        assert got.headers["retry-after"] == "7"
        assert got.headers["content-type"] == "application/json"
        assert "set-cookie" not in got.headers


@pytest.mark.parametrize(
    ("status", "content", "expected"),
    [
        (503, b'{"code":"unavailable","message":"dial tcp 10.0.0.1"}', (503, "unavailable")),
        (400, b'{"code":"invalid_argument","message":"no field"}', (400, "invalid_argument")),
        (502, b"<html>", (502, "bad_gateway")),
        (502, b"[" * 100_000, (502, "bad_gateway")),
        (
            502,
            b'{"code":"internal","details":[{"type":"stepwire.v1.OpenAIError","value":"*"}]}',
            (502, "bad_gateway"),
        ),
    ],
)
def test_explains_errors_of_services(
    status: int, content: bytes, expected: tuple[int, str]
) -> None:
    handler = client(lambda _: httpx2.Response(status, content=content))
    got = handler.post("/chat/completions", json={})
    error = got.json()["error"]
    assert (got.status_code, error["code"]) == expected
    assert "10.0.0.1" not in error["message"]


def test_writes_a_failure_of_a_stream_as_an_event() -> None:
    error = OpenAIError(status=500, body='{"error":{"message":"oops\u2028"},\n"x":1}'.encode())
    writer = StreamWriter(ChatCompletionStreamEvent)
    writer.write([])
    got = client(lambda _: stream_of('{"a":1}', end=writer.fail(error.SerializeToString())))
    text = got.post("/chat/completions", json={"stream": True}).text
    assert text.endswith('event: error\ndata: {"error":{"message":"oops\u2028"},\ndata: "x":1}\n\n')


def test_errors_may_have_integers_of_any_size() -> None:
    number = b"1" * 4301
    failed = OpenAIError(status=500, body=b'{"error":{"code":%s}}' % number)
    writer = StreamWriter(ChatCompletionStreamEvent)
    writer.write([])
    got = client(lambda _: stream_of(end=writer.fail(failed.SerializeToString())))
    text = got.post("/chat/completions", json={"stream": True}).text
    assert text == f"event: error\ndata: {failed.body.decode()}\n\n"
    content = b'{"code":"not_found","message":"gone","x":%s}' % number
    got = client(lambda _: httpx2.Response(404, content=content))
    assert got.post("/chat/completions", json={}).json()["error"]["code"] == "not_found"


def test_a_stream_that_is_cut_off_is_an_error_after_its_events() -> None:
    got = client(lambda _: stream_of('{"a":1}', end=b""), resume_window=0)
    text = b""
    with got.stream("POST", "/chat/completions", json={"stream": True}) as response:
        chunks = response.iter_raw()
        text += next(chunks)
        with pytest.raises(httpx2.RemoteProtocolError, match="cut_off"):
            next(chunks)
    assert text == b'data: {"a":1}\n\n'


def test_has_bounds() -> None:
    large = CreateCompletionResponse()
    large.completion.id = "x" * 1000
    compressed = gzip.compress(large.SerializeToString())
    headers = {"content-encoding": "gzip"}
    got = client(
        lambda _: httpx2.Response(200, headers=headers, content=compressed),
        max_document_bytes=900,
    )
    with pytest.raises(httpx2.RemoteProtocolError, match="900 bytes"):
        got.post("/chat/completions", json={})
    got = client(
        lambda _: httpx2.Response(200, headers=headers, stream=Chunks(compressed)),
        max_document_bytes=900,
    )
    with pytest.raises(httpx2.RemoteProtocolError, match="900 bytes"):
        got.post("/chat/completions", json={})
    got = client(lambda _: stream_of(DOCUMENT), limits=StreamLimits(max_event_bytes=9))
    with pytest.raises(httpx2.RemoteProtocolError, match="too_large"):
        got.post("/chat/completions", json={"stream": True})


@pytest.mark.parametrize("content", [b"\x0a\x7f", b"\x08\x01", b"\xff" * 12, b"\x0a\x02\x0a\x7f"])
def test_refuses_a_malformed_response(content: bytes) -> None:
    got = client(lambda _: httpx2.Response(200, content=content))
    with pytest.raises(httpx2.RemoteProtocolError):
        got.post("/chat/completions", json={})


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "deflate"])
def test_refuses_a_response_whose_compression_is_malformed(encoding: str) -> None:
    def ingress(_: Any) -> Any:
        headers = {"content-encoding": encoding}
        return httpx2.Response(200, headers=headers, stream=Chunks(b"not compressed"))

    for body in ({}, {"stream": True}):
        with pytest.raises(httpx2.RemoteProtocolError, match="cannot be read"):
            client(ingress).post("/chat/completions", json=body)

    async def call() -> None:
        mock = httpx2.MockTransport(ingress)
        transport = of_httpx2.AsyncStepwireTransport(INGRESS, transport=mock)
        async with httpx2.AsyncClient(transport=transport) as http:
            await http.post("http://a.example/v1/chat/completions", json={})

    with pytest.raises(httpx2.RemoteProtocolError, match="cannot be read"):
        asyncio.run(call())


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
def test_reads_an_error_in_every_encoding_that_it_asks_for(encoding: str) -> None:
    """Also with ``httpx``, which needs another package for zstd."""
    error = b'{"error":{"message":"tea"}}'
    compress = {"identity": bytes, "gzip": gzip.compress, "zstd": import_zstd().compress}

    def ingress(request: httpx.Request) -> httpx.Response:
        assert encoding in [*request.headers["accept-encoding"].split(", "), "identity"]
        headers = {"stepwire-error": "failed_precondition answer", "content-encoding": encoding}
        return httpx.Response(418, headers=headers, stream=OfHttpx(compress[encoding](error)))

    class OfHttpx(Chunks, httpx.SyncByteStream, httpx.AsyncByteStream):
        pass

    mock = httpx.MockTransport(ingress)
    transport = of_httpx.StepwireTransport(INGRESS, transport=mock)
    with httpx.Client(transport=transport, base_url="http://a.example/v1") as http:
        got = http.post("/chat/completions", json={"stream": True})
    assert (got.status_code, got.content) == (418, error)

    async def call() -> bytes:
        transport = of_httpx.AsyncStepwireTransport(INGRESS, transport=mock)
        async with httpx.AsyncClient(transport=transport, base_url="http://a.example/v1") as http:
            return (await http.post("/chat/completions", json={"stream": True})).content

    assert asyncio.run(call()) == error


def test_passes_through_what_no_service_has() -> None:
    seen: list[Any] = []

    def ingress(request: Any) -> Any:
        request.read()
        seen.append(request)
        headers = {"stepwire-passed-through": "1", "location": "/pass-through/files/1"}
        return httpx2.Response(201, headers=headers, json={"id": "file_1"})

    got = client(ingress)
    sent = got.post("/files?x=%2F", files={"file": ("a.txt", b"hello")}, headers={"x-other": "1"})
    assert (sent.status_code, sent.json()) == (201, {"id": "file_1"})
    assert sent.headers["location"] == "/v1/files/1"
    got.post(
        "/chat/completions", content=b'{"a":"\xff"}', headers={"content-type": "application/json"}
    )
    got.post("/chat/completions", content=b"x", headers={"content-type": "text/plain"})
    got.request("GET", "/chat/completions", content=b"{}")
    assert [(each.method, str(each.url)) for each in seen] == [
        ("POST", f"{INGRESS}/pass-through/files?x=%2F"),
        ("POST", f"{INGRESS}/pass-through/chat/completions"),
        ("POST", f"{INGRESS}/pass-through/chat/completions"),
        ("GET", f"{INGRESS}/pass-through/chat/completions"),
    ]
    assert b"hello" in seen[0].content
    assert seen[0].headers["host"] == "ingress.example:8081"
    assert seen[1].content == b'{"a":"\xff"}'


def test_says_that_nothing_is_passed_through() -> None:
    body = Chunks(b"not here")
    got = client(lambda _: httpx2.Response(404, stream=body)).get("/models")
    assert (got.status_code, got.json()["error"]["code"]) == (404, "unknown_url")
    assert body.is_closed


class Broken(Chunks):
    """A body whose connection breaks after it."""

    def __iter__(self) -> Any:
        yield from self.chunks
        raise httpx2.ReadError("reset by peer")

    async def __aiter__(self) -> Any:
        for chunk in self.chunks:
            yield chunk
        raise httpx2.ReadError("reset by peer")


def resumable(*, broken_after: int, total: int) -> tuple[Handler, list[Any]]:
    """Returns an ingress whose streams break once, and the requests that it gets.

    Every second attempt to resume is refused as if it were busy.
    """
    requests: list[Any] = []

    def ingress(request: Any) -> Any:
        requests.append(request)
        if not request.url.path.endswith("/StreamCompletion"):
            return answer(CloseCompletionStreamResponse())
        sent = StreamCompletionRequest.FromString(request.content)
        if sent.WhichOneof("start") == "create_completion_stream":
            first = stream_of(*lines_from(1, broken_after), end=b"")
            first.stream = Broken(b"".join(first.stream.chunks))
            return first
        if len(requests) == 2:
            return httpx2.Response(503, headers={"stepwire-error": "unavailable"})
        after = sent.resume.after
        return stream_of(*lines_from(after + 1, total), first_number=after + 1)

    return ingress, requests


def lines_from(first: int, last: int) -> list[str]:
    return [f'{{"a":{number}}}' for number in range(first, last + 1)]


def test_resumes_a_stream_whose_connection_broke() -> None:
    ingress, requests = resumable(broken_after=2, total=5)
    key = {"authorization": "Bearer key"}
    got = client(ingress).post("/chat/completions", json={"stream": True}, headers=key)
    expected = [f"data: {line}" for line in lines_from(1, 5)]
    assert [line for line in got.text.splitlines() if line] == expected
    assert [each.headers["authorization"] for each in requests] == ["Bearer key"] * 3
    first, _, resumed = (StreamCompletionRequest.FromString(each.content) for each in requests)
    assert first.resume_window.seconds == 30
    assert (resumed.resume.stream_id, resumed.resume.after) == ("s", 2)


def test_resumes_a_stream_of_an_asynchronous_client() -> None:
    ingress, requests = resumable(broken_after=2, total=5)

    async def call() -> str:
        mock = httpx2.MockTransport(ingress)
        transport = of_httpx2.AsyncStepwireTransport(INGRESS, transport=mock)
        async with httpx2.AsyncClient(transport=transport, base_url="http://a.example/v1") as http:
            got = await http.post("/chat/completions", json={"stream": True})
            text: str = got.text
            async with http.stream("POST", "/chat/completions", json={"stream": True}) as left:
                await anext(left.aiter_raw())
            return text

    text = asyncio.run(call())
    assert [line for line in text.splitlines() if line] == [
        f"data: {line}" for line in lines_from(1, 5)
    ]
    assert requests[-1].url.path.endswith("/CloseCompletionStream")


def test_gives_up_a_stream_that_has_expired() -> None:
    requests: list[Any] = []

    def ingress(request: Any) -> Any:
        requests.append(request)
        if len(requests) == 1:
            return stream_of('{"a":1}', end=b"")
        return httpx2.Response(404, headers={"stepwire-error": "not_found"})

    with pytest.raises(httpx2.RemoteProtocolError, match="cut_off"):
        client(ingress).post("/chat/completions", json={"stream": True})
    assert len(requests) == 2


def test_does_not_resume_after_a_time_limit_of_the_client() -> None:
    class Silent(Chunks):
        def __iter__(self) -> Any:
            yield from self.chunks
            raise httpx2.ReadTimeout("silent")

    def ingress(request: Any) -> Any:
        requests.append(request.url.path)
        if request.url.path.endswith("/CloseCompletionStream"):
            raise httpx2.ConnectError("gone")
        first = stream_of('{"a":1}', end=b"")
        first.stream = Silent(b"".join(first.stream.chunks))
        return first

    requests: list[str] = []
    with pytest.raises(httpx2.ReadTimeout):
        client(ingress).post("/chat/completions", json={"stream": True})
    assert requests == [f"{CHAT}/StreamCompletion", f"{CHAT}/CloseCompletionStream"]


def test_ends_a_stream_that_is_left() -> None:
    answered = stream_of('{"a":1}', '{"a":2}')
    requests: list[Any] = []

    def ingress(request: Any) -> Any:
        requests.append(request)
        if request.url.path.endswith("/StreamCompletion"):
            return answered
        return answer(CloseCompletionStreamResponse())

    key = {"authorization": "Bearer key"}
    got = client(ingress)
    sent = got.stream("POST", "/chat/completions", json={"stream": True}, headers=key)
    with sent as response:
        next(response.iter_raw())
    assert answered.stream.is_closed
    _, closing = requests
    assert closing.headers["authorization"] == "Bearer key"
    assert CloseCompletionStreamRequest.FromString(closing.content).stream_id == "s"


class Unread(Chunks):
    """A body that knows whether it was read."""

    was_read = False

    def __iter__(self) -> Any:
        self.was_read = True
        return super().__iter__()

    def __aiter__(self) -> Any:
        self.was_read = True
        return super().__aiter__()


def leaving(closing: Handler) -> tuple[Handler, list[str]]:
    """Returns an ingress with the handler of the call that ends a stream, and the paths."""
    paths: list[str] = []

    def ingress(request: Any) -> Any:
        paths.append(request.url.path)
        is_stream = request.url.path.endswith("/StreamCompletion")
        return stream_of('{"a":1}', '{"a":2}') if is_stream else closing(request)

    return ingress, paths


def test_does_not_read_the_answer_to_the_end_of_a_stream() -> None:
    body = Unread(b"")
    ingress, paths = leaving(lambda _: httpx2.Response(200, stream=body))
    with client(ingress).stream("POST", "/chat/completions", json={"stream": True}) as response:
        next(response.iter_raw())
    assert len(paths) == 2
    assert (body.was_read, body.is_closed) == (False, True)


def test_leaving_a_stream_takes_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_httpx2, "_CLOSING_SECONDS", 0.05)
    is_over = threading.Event()

    def closing(_: Any) -> Any:
        is_over.wait()
        raise httpx2.ConnectError("gone")

    ingress, paths = leaving(closing)
    with client(ingress).stream("POST", "/chat/completions", json={"stream": True}) as response:
        next(response.iter_raw())
    assert len(paths) == 2
    is_over.set()


def test_a_cancelled_reader_ends_its_stream_in_a_bounded_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(of_httpx2, "_CLOSING_SECONDS", 0.05)
    body = Unread(b"")
    ends: list[Any] = [httpx2.Response(200, stream=body), None]
    ingress, paths = leaving(lambda _: ends.pop(0))

    async def slow(request: Any) -> Any:
        answer = ingress(request)
        await anyio.sleep(0)
        return await anyio.sleep_forever() if answer is None else answer

    async def call() -> None:
        mock = httpx2.MockTransport(slow)
        transport = of_httpx2.AsyncStepwireTransport(INGRESS, transport=mock)
        async with httpx2.AsyncClient(transport=transport, base_url="http://a.example/v1") as http:
            for _ in range(2):
                with anyio.CancelScope() as scope:
                    stream = http.stream("POST", "/chat/completions", json={"stream": True})
                    async with stream as response:
                        chunks = response.aiter_raw()
                        await anext(chunks)
                        scope.cancel()
                        await anyio.sleep_forever()

    asyncio.run(call())
    assert [path.removeprefix(f"{CHAT}/") for path in paths] == [
        "StreamCompletion",
        "CloseCompletionStream",
    ] * 2
    assert (body.was_read, body.is_closed) == (False, True)


def test_does_not_end_a_stream_that_has_ended() -> None:
    requests: list[Any] = []

    def ingress(request: Any) -> Any:
        requests.append(request)
        return stream_of('{"a":1}', "[DONE]")

    client(ingress).post("/chat/completions", json={"stream": True})
    assert len(requests) == 1


def test_serves_asynchronous_clients() -> None:
    async def ingress(request: Any) -> Any:
        if request.url.path.startswith("/pass-through"):
            return httpx2.Response(200, headers={"stepwire-passed-through": "1"}, json={"data": []})
        if request.url.path.endswith("/StreamCompletion"):
            return stream_of('{"a":1}', "[DONE]", encoding="gzip")
        completion = ChatCompletion.FromString(to_binary(ChatCompletion, DOCUMENT))
        return answer(CreateCompletionResponse(completion=completion))

    async def call() -> list[str]:
        transport = of_httpx2.AsyncStepwireTransport(
            INGRESS, transport=httpx2.MockTransport(ingress)
        )
        async with httpx2.AsyncClient(transport=transport, base_url="http://a.example/v1") as http:
            sent = [
                await http.post("/chat/completions", json={}),
                await http.post("/chat/completions", json={"stream": True}),
                await http.get("/models"),
            ]
            return [each.text for each in sent]

    document, stream, models = asyncio.run(call())
    assert json.loads(document) == json.loads(DOCUMENT)
    assert stream == 'data: {"a":1}\n\ndata: [DONE]\n\n'
    assert json.loads(models) == {"data": []}


def test_an_error_event_of_responses_has_its_type() -> None:
    writer = StreamWriter(ResponseStreamEvent)
    content = writer.write([]) + writer.fail(b"\xff")
    headers = {"content-type": STREAM}
    got = client(lambda _: httpx2.Response(200, headers=headers, stream=Chunks(content)))
    text = got.post("/responses", json={"stream": True}).text
    name, data = text.split("\n")[:2]
    assert name == "event: error"
    assert json.loads(data.removeprefix("data: "))["type"] == "error"


def test_the_sdk_works_unchanged() -> None:
    def ingress(request: Any) -> Any:
        return stream_of(DOCUMENT) if b"true" in request.content else answer(completion)

    completion = CreateCompletionResponse(
        completion=ChatCompletion.FromString(to_binary(ChatCompletion, DOCUMENT))
    )
    api = openai.OpenAI(api_key="key", http_client=client(ingress))
    got = api.chat.completions.create(model="m", messages=[])
    assert json.loads(got.to_json())["x_billed"] == 12345678901234567890
    chunks = list(api.chat.completions.create(model="m", messages=[], stream=True))
    assert [chunk.id for chunk in chunks] == ["chatcmpl_1"]


def test_both_libraries_have_the_same_transports() -> None:
    one, other = inspect.getsource(of_httpx2), inspect.getsource(of_httpx)
    assert one.replace("httpx2", "httpx") == other
    completion = CreateCompletionResponse()
    completion.completion.id = "chatcmpl_1"
    ingress = httpx.MockTransport(
        lambda _: httpx.Response(200, content=completion.SerializeToString())
    )
    transport = of_httpx.StepwireTransport(INGRESS, transport=ingress)
    with httpx.Client(transport=transport, base_url="http://a.example/v1") as http:
        assert http.post("/chat/completions", json={}).json()["id"] == "chatcmpl_1"
