"""Streaming rpcs over HTTP."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import HTTPError

import pytest

from stepwire.stream import Encoding, StreamFormatError, StreamLimits, StreamWriter, open_stream
from stepwire.v1.run_step_service_pb2 import CreateRun, StreamRunEventsRequest
from stepwire.v1.stream_event_pb2 import StreamEvent

MEDIA_TYPE = "application/vnd.stepwire.stream"
REQUEST = StreamRunEventsRequest(create_run=CreateRun(thread_id="thread_1"))

Answer = Callable[[BaseHTTPRequestHandler], None]
Serve = Callable[[Answer], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers, and returns their addresses."""
    servers: list[HTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def event_with(text: str) -> bytes:
    event = StreamEvent()
    event.message_delta.id = "msg_1"
    event.message_delta.delta.content.add().text.value = text
    return event.SerializeToString()


def send(
    handler: BaseHTTPRequestHandler,
    body: bytes,
    encoding: str | None = None,
    type_: str = MEDIA_TYPE,
) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", type_)
    if encoding is not None:
        handler.send_header("Content-Encoding", encoding)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_returns_messages_with_their_numbers(serve: Serve, encoding: Encoding) -> None:
    seen: list[object] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        seen.append((StreamRunEventsRequest.FromString(body), handler.headers["Authorization"]))
        writer = StreamWriter(StreamEvent, encoding=encoding)
        block = writer.write([event_with("Hello"), event_with(" world")])
        send(handler, block + writer.end(), encoding)

    headers = {"Authorization": "Bearer key"}
    events = list(open_stream(serve(answer), REQUEST, StreamEvent, headers=headers))
    texts = [event.message_delta.delta.content[0].text.value for _, event in events]
    assert [number for number, _ in events] == [1, 2]
    assert texts == ["Hello", " world"]
    assert seen == [(REQUEST, "Bearer key")]


def test_raises_the_error_of_the_service(serve: Serve) -> None:
    url = serve(lambda handler: handler.send_error(404, "no such thread"))
    with pytest.raises(HTTPError) as caught:
        next(open_stream(url, REQUEST, StreamEvent))
    assert caught.value.code == 404
    caught.value.close()


def test_refuses_another_type(serve: Serve) -> None:
    url = serve(lambda handler: send(handler, b"<html>", type_="text/html"))
    with pytest.raises(ValueError, match="text/html"):
        next(open_stream(url, REQUEST, StreamEvent))


def test_reports_a_stream_that_is_cut_off(serve: Serve) -> None:
    url = serve(lambda handler: send(handler, StreamWriter(StreamEvent).write([event_with("a")])))
    events = open_stream(url, REQUEST, StreamEvent)
    assert next(events)[0] == 1
    with pytest.raises(StreamFormatError) as caught:
        next(events)
    assert caught.value.code == "cut_off"


def test_has_the_limits_that_are_set(serve: Serve) -> None:
    url = serve(lambda handler: send(handler, StreamWriter(StreamEvent).write([event_with("a")])))
    with pytest.raises(StreamFormatError) as caught:
        next(open_stream(url, REQUEST, StreamEvent, limits=StreamLimits(max_event_bytes=3)))
    assert caught.value.code == "too_large"
