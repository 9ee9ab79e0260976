"""Transports that make clients of the API call services in binary.

They serve every client that takes an HTTP client of the library ``httpx2``, such as the ``openai``
package:

    client = OpenAI(http_client=httpx2.Client(transport=StepwireTransport(ingress)))
"""

import contextlib
import contextvars
import threading
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, NoReturn, TypeAlias

import anyio
import httpx2
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import DecodeError

from .data import Data
from .errors import StepwireError
from .http.answers import (
    Answer,
    Headers,
    not_passed_through,
    passed_through_headers,
    refused_stream,
)
from .http.exchange import Call, EventStream, Exchange
from .stream.errors import StreamFormatError
from .stream.reader import StreamLimits
from .transcoder import DEFAULT_MAX_BYTES

__all__ = ["AsyncStepwireTransport", "StepwireTransport"]

Extensions: TypeAlias = Mapping[str, Any]

_DEFAULT_LIMITS = StreamLimits()

_CLOSING_SECONDS = 5.0
"""How long the call that ends a stream may take."""
_CLOSING: Extensions = {
    "timeout": dict.fromkeys(("connect", "read", "write", "pool"), _CLOSING_SECONDS)
}


class StepwireTransport(httpx2.BaseTransport):
    """Sends requests of the API to an ingress, as calls of its services in binary.

    A request that no service has, such as an upload, is passed through the ingress unchanged. The
    host of the request is ignored. Timeouts are those of the request.

    Args:
        ingress: The URL of the ingress, such as ``http://127.0.0.1:8081``.
        prefix: The start of the paths of the API.
        transport: Sends the calls. By default, an ``HTTPTransport`` of its own.
        services: The services whose endpoints become calls. By default, all of this package.
        table: The schema of the services, as ``stepwire table`` writes it, if they are your own.
        max_document_bytes: How many bytes a document may have, in either form.
        limits: What is accepted of a stream at most.
        resume_window: How long a stream whose connection to the ingress broke may be resumed, in
            seconds; 0 for never. Nothing of it is seen by the client.
    """

    def __init__(
        self,
        ingress: str,
        *,
        prefix: str = "/v1",
        transport: httpx2.BaseTransport | None = None,
        services: Iterable[ServiceDescriptor] | None = None,
        table: Data | None = None,
        max_document_bytes: int = DEFAULT_MAX_BYTES,
        limits: StreamLimits = _DEFAULT_LIMITS,
        resume_window: float = 30.0,
    ) -> None:
        self._transport = httpx2.HTTPTransport() if transport is None else transport
        self._exchange = Exchange(
            ingress,
            prefix=prefix,
            services=services,
            table=table,
            max_document_bytes=max_document_bytes,
            limits=limits,
            resume_window=resume_window,
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends a request.

        Raises:
            httpx2.TransportError: The ingress cannot be reached, or its answer cannot be read.
        """
        exchange, target = self._exchange, request.url.raw_path
        call = None
        if exchange.needs_body(request.method, target, _headers(request)):
            body = request.read()
            call = exchange.call(request.method, target, _headers(request), body)
        if call is None:
            passed = self._transport.handle_request(_passed_through(exchange, request))
            refused = _refused(request, passed)
            if refused is not None:
                passed.close()
            return refused or _returned(exchange, passed)
        answer = self._transport.handle_request(_call_request(call, request.extensions))
        if call.route.is_stream and answer.status_code == 200:
            stream = exchange.stream(call, _headers(answer))
            if stream is not None:
                events = _Events(self._transport, request.extensions, stream, answer)
                return _response(stream.answer, events)
        content = self._read(answer)
        return _response(_completed(exchange, call, answer, content))

    def close(self) -> None:
        """Closes the connections."""
        self._transport.close()

    def _read(self, answer: httpx2.Response) -> bytes:
        body = self._exchange.body(_headers(answer), is_read=answer.is_stream_consumed)
        try:
            for chunk in answer.iter_raw() if body.is_raw else answer.iter_bytes():
                body.write(chunk)
        except (ValueError, httpx2.DecodingError) as error:
            _refuse(error)
        finally:
            answer.close()
        return body.content


class AsyncStepwireTransport(httpx2.AsyncBaseTransport):
    """Like ``StepwireTransport``, for asynchronous clients."""

    def __init__(
        self,
        ingress: str,
        *,
        prefix: str = "/v1",
        transport: httpx2.AsyncBaseTransport | None = None,
        services: Iterable[ServiceDescriptor] | None = None,
        table: Data | None = None,
        max_document_bytes: int = DEFAULT_MAX_BYTES,
        limits: StreamLimits = _DEFAULT_LIMITS,
        resume_window: float = 30.0,
    ) -> None:
        self._transport = httpx2.AsyncHTTPTransport() if transport is None else transport
        self._exchange = Exchange(
            ingress,
            prefix=prefix,
            services=services,
            table=table,
            max_document_bytes=max_document_bytes,
            limits=limits,
            resume_window=resume_window,
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends a request.

        Raises:
            httpx2.TransportError: The ingress cannot be reached, or its answer cannot be read.
        """
        exchange, target = self._exchange, request.url.raw_path
        call = None
        if exchange.needs_body(request.method, target, _headers(request)):
            body = await request.aread()
            call = exchange.call(request.method, target, _headers(request), body)
        if call is None:
            passed = await self._transport.handle_async_request(_passed_through(exchange, request))
            refused = _refused(request, passed)
            if refused is not None:
                await passed.aclose()
            return refused or _returned(exchange, passed)
        answer = await self._transport.handle_async_request(_call_request(call, request.extensions))
        if call.route.is_stream and answer.status_code == 200:
            stream = exchange.stream(call, _headers(answer))
            if stream is not None:
                events = _AsyncEvents(self._transport, request.extensions, stream, answer)
                return _response(stream.answer, events)
        content = await self._read(answer)
        return _response(_completed(exchange, call, answer, content))

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    async def _read(self, answer: httpx2.Response) -> bytes:
        body = self._exchange.body(_headers(answer), is_read=answer.is_stream_consumed)
        try:
            async for chunk in answer.aiter_raw() if body.is_raw else answer.aiter_bytes():
                body.write(chunk)
        except (ValueError, httpx2.DecodingError) as error:
            _refuse(error)
        finally:
            await answer.aclose()
        return body.content


class _Events(httpx2.SyncByteStream):
    """The server-sent events of a stream."""

    def __init__(
        self,
        transport: httpx2.BaseTransport,
        extensions: Extensions,
        stream: EventStream,
        answer: httpx2.Response,
    ) -> None:
        self._transport = transport
        self._extensions = extensions
        self._stream = stream
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        while True:
            try:
                for chunk in self._answer.iter_raw():
                    yield from self._stream.write(chunk)
                self._stream.finish()
                return
            except (httpx2.NetworkError, httpx2.ProtocolError, StreamFormatError) as error:
                self._answer.close()
                self._answer = self._resume(error)
            except StepwireError as error:
                _refuse(error)

    def _resume(self, broken: Exception) -> httpx2.Response:
        while (wait := self._stream.next_wait(broken)) is not None:
            time.sleep(wait)
            request = _call_request(self._stream.resume_call(), self._extensions)
            try:
                answer = self._transport.handle_request(request)
            except httpx2.TransportError:
                continue
            if self._stream.resume(answer.status_code, _headers(answer)):
                return answer
            answer.close()
        _refuse(broken)

    def close(self) -> None:
        self._answer.close()
        closing = self._stream.closing_call()
        if closing is None:
            return
        # The time limits of a transport are those of single reads. A thread can be left behind.
        target = contextvars.copy_context().run
        thread = threading.Thread(target=target, args=(self._end, closing), daemon=True)
        # There are no new threads while the program ends.
        with contextlib.suppress(RuntimeError):
            thread.start()
            thread.join(_CLOSING_SECONDS)

    def _end(self, closing: Call) -> None:
        # If it fails, the ingress ends the stream after the window.
        with contextlib.suppress(httpx2.TransportError):
            self._transport.handle_request(_call_request(closing, _CLOSING)).close()


class _AsyncEvents(httpx2.AsyncByteStream):
    """The server-sent events of a stream."""

    def __init__(
        self,
        transport: httpx2.AsyncBaseTransport,
        extensions: Extensions,
        stream: EventStream,
        answer: httpx2.Response,
    ) -> None:
        self._transport = transport
        self._extensions = extensions
        self._stream = stream
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            try:
                async for chunk in self._answer.aiter_raw():
                    for events in self._stream.write(chunk):
                        yield events
                self._stream.finish()
                return
            except (httpx2.NetworkError, httpx2.ProtocolError, StreamFormatError) as error:
                await self._answer.aclose()
                self._answer = await self._resume(error)
            except StepwireError as error:
                _refuse(error)

    async def _resume(self, broken: Exception) -> httpx2.Response:
        while (wait := self._stream.next_wait(broken)) is not None:
            await anyio.sleep(wait)
            request = _call_request(self._stream.resume_call(), self._extensions)
            try:
                answer = await self._transport.handle_async_request(request)
            except httpx2.TransportError:
                continue
            if self._stream.resume(answer.status_code, _headers(answer)):
                return answer
            await answer.aclose()
        _refuse(broken)

    async def aclose(self) -> None:
        # Also if the task of the reader was cancelled.
        with anyio.move_on_after(_CLOSING_SECONDS, shield=True):
            await self._answer.aclose()
            closing = self._stream.closing_call()
            if closing is not None:
                await self._end(closing)

    async def _end(self, closing: Call) -> None:
        # If it fails, the ingress ends the stream after the window.
        with contextlib.suppress(httpx2.TransportError):
            request = _call_request(closing, _CLOSING)
            await (await self._transport.handle_async_request(request)).aclose()


def _headers(message: httpx2.Request | httpx2.Response) -> Headers:
    return [(name.lower(), value) for name, value in message.headers.multi_items()]


def _call_request(call: Call, extensions: Extensions) -> httpx2.Request:
    return httpx2.Request(
        "POST",
        call.url,
        headers=list(call.headers),
        content=call.content,
        extensions=dict(extensions),
    )


def _passed_through(exchange: Exchange, request: httpx2.Request) -> httpx2.Request:
    url = httpx2.URL(exchange.passed_through_url(request.url.raw_path))
    return httpx2.Request(
        request.method,
        url,
        # A request with a stream gets no such header by itself.
        headers=[("host", url.netloc.decode()), *passed_through_headers(_headers(request))],
        stream=request.stream,
        extensions=request.extensions,
    )


def _refused(request: httpx2.Request, answer: httpx2.Response) -> httpx2.Response | None:
    """Returns the answer to a request that the ingress does not pass through."""
    target = request.url.raw_path
    refused = not_passed_through(request.method, target, answer.status_code, _headers(answer))
    return None if refused is None else _response(refused)


def _returned(exchange: Exchange, answer: httpx2.Response) -> httpx2.Response:
    """Returns the answer to a request that was passed through."""
    if "location" in answer.headers:
        answer.headers["location"] = exchange.moved(answer.headers["location"])
    return answer


def _completed(exchange: Exchange, call: Call, answer: httpx2.Response, content: bytes) -> Answer:
    headers = _headers(answer)
    if call.route.is_stream:
        return refused_stream(answer.status_code, headers, content)
    try:
        return exchange.document(call.route, answer.status_code, headers, content)
    except (StepwireError, DecodeError) as error:
        _refuse(error)


def _response(
    answer: Answer, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream | None = None
) -> httpx2.Response:
    headers = list(answer.headers)
    if stream is None:
        return httpx2.Response(answer.status, headers=headers, content=answer.content)
    return httpx2.Response(answer.status, headers=headers, stream=stream)


def _refuse(error: Exception) -> NoReturn:
    """Raises the error that clients take for a broken answer."""
    if isinstance(error, httpx2.TransportError):
        raise error
    message = f"the answer of the ingress cannot be read: {error}"
    raise httpx2.RemoteProtocolError(message) from error
