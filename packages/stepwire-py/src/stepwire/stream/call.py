from collections.abc import Iterator, Mapping
from typing import TypeVar, cast
from urllib.request import Request, urlopen

from google.protobuf.message import Message

from .compression import Encoding
from .read import read_stream
from .reader import StreamLimits

MEDIA_TYPE = "application/vnd.stepwire.stream"

EventMessage = TypeVar("EventMessage", bound=Message)

_DEFAULT_LIMITS = StreamLimits()
_NO_HEADERS: Mapping[str, str] = {}


def open_stream(
    url: str,
    request: Message,
    event: type[EventMessage],
    *,
    headers: Mapping[str, str] = _NO_HEADERS,
    timeout: float = 60.0,
    limits: StreamLimits = _DEFAULT_LIMITS,
) -> Iterator[tuple[int, EventMessage]]:
    """Calls a streaming rpc over HTTP, and returns its events, each as soon as it has arrived.

    Each event comes with its number. If the iterator is closed early, so is the connection.

    Args:
        url: The address of the rpc, such as
            ``http://127.0.0.1:8081/acme.v1.JobService/StreamJob``.
        request: The request of the rpc.
        event: The type of the event message.
        headers: Further headers, such as the credentials of the caller.
        timeout: How long the connection may be silent, in seconds.
        limits: What is accepted at most.

    Raises:
        urllib.error.HTTPError: The service refused the call; its body is the error of the API.
        OSError: The service cannot be reached, or the connection broke.
        ValueError: The answer is not a stream.
        StreamFormatError: After the last event: the stream is malformed, or exceeds a limit.
        StreamFailure: After the last event: the service reported a failure.
    """
    call = Request(
        url,
        request.SerializeToString(),
        {
            **headers,
            "Content-Type": "application/proto",
            "Accept": f"{MEDIA_TYPE};version=1",
            "Accept-Encoding": "gzip",
        },
    )
    with urlopen(call, timeout=timeout) as response:
        found = response.headers.get_content_type()
        if found != MEDIA_TYPE:
            raise ValueError(f"the answer has the type {found}; expected {MEDIA_TYPE}")
        encoding = cast(Encoding, response.headers.get("Content-Encoding", "identity"))
        for number, data in read_stream(response, encoding=encoding, limits=limits):
            yield number, event.FromString(data)
