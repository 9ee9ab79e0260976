"""The HTTP endpoints of services, from the options of their rpcs.

docs/routes.md in the project's repository defines them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from google.protobuf.descriptor import (
    Descriptor,
    FieldDescriptor,
    MethodDescriptor,
    ServiceDescriptor,
)
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from ..json.v1 import json_pb2, route_pb2
from ..rpc.v1.rpc_pb2 import QueryParameter, ResumeStream, StreamOpening

Parameters: TypeAlias = Sequence[tuple[str, str]]
"""Query parameters: names and values, without escapes."""


@dataclass(frozen=True)
class Route:
    """An HTTP endpoint of an rpc."""

    rpc: str
    """The path of the rpc, such as ``/acme.v1.JobService/GetJob``."""
    http_method: str
    path: Sequence[str | FieldDescriptor]
    """The segments: texts, or string fields."""
    is_stream: bool
    request: Descriptor
    arm: FieldDescriptor | None
    """The arm of the request's oneof whose message has the fields below."""
    body: FieldDescriptor | None
    rest: FieldDescriptor | None
    """Takes the query parameters that no other field holds."""
    parameters: Mapping[str, FieldDescriptor]
    content: Descriptor
    """The message of the document or the event."""
    content_number: int
    """The number of its field in the response."""
    resume: FieldDescriptor | None
    """The field of the request that resumes a stream."""
    resume_window: FieldDescriptor | None
    """The field for how long the stream is kept without a reader."""
    closing: MethodDescriptor | None
    """The rpc that ends streams of the service earlier."""


@dataclass
class Endpoint:
    """The routes of a method and a path: one for documents, one for streams."""

    document: Route | None = None
    stream: Route | None = None


@dataclass
class _Node:
    """The endpoints whose paths begin with the same segments."""

    literals: dict[str, "_Node"] = field(default_factory=dict)
    variable: "_Node | None" = None
    endpoints: dict[str, Endpoint] = field(default_factory=dict)


class Router:
    """Finds the endpoint of a request."""

    def __init__(self, services: Iterable[ServiceDescriptor]) -> None:
        self._root = _Node()
        for service in services:
            for method in service.methods:
                for route in _routes(service, method):
                    self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        for part in route.path:
            if isinstance(part, str):
                node = node.literals.setdefault(part, _Node())
            else:
                node.variable = node.variable or _Node()
                node = node.variable
        endpoint = node.endpoints.setdefault(route.http_method, Endpoint())
        known = endpoint.stream if route.is_stream else endpoint.document
        if known is not None:
            raise ValueError(f"{known.rpc} and {route.rpc} answer the same requests")
        if route.is_stream:
            endpoint.stream = route
        else:
            endpoint.document = route

    def find(self, http_method: str, segments: Sequence[str]) -> Endpoint | None:
        """Returns the endpoint of a path, whose segments are without escapes."""
        node = _find(self._root, http_method, segments)
        return None if node is None else node.endpoints[http_method]


def _find(node: _Node, http_method: str, segments: Sequence[str]) -> _Node | None:
    """Returns the node of a path. A literal segment wins over a variable."""
    if not segments:
        return node if http_method in node.endpoints else None
    first, *others = segments
    literal = node.literals.get(first)
    found = None if literal is None else _find(literal, http_method, others)
    if found is None and node.variable is not None and first != "":
        return _find(node.variable, http_method, others)
    return found


def own_services() -> list[ServiceDescriptor]:
    """Returns all services of this package."""
    package = Path(__file__).parent.parent
    paths = sorted(path.relative_to(package) for path in package.rglob("*_service_pb2.py"))
    names = [".".join([package.name, *path.with_suffix("").parts]) for path in paths]
    return [
        service
        for name in names
        for service in import_module(name).DESCRIPTOR.services_by_name.values()
    ]


def options(desc: Any) -> Any:
    """Returns the options of a descriptor by their extensions, which have no types in Python."""
    return desc.GetOptions().Extensions


def message_of(field: FieldDescriptor) -> Descriptor:
    """Returns the message of a field that holds one."""
    if field.message_type is None:
        raise TypeError(f"{field.full_name} is not a message")
    return field.message_type


def _routes(service: ServiceDescriptor, method: MethodDescriptor) -> Iterable[Route]:
    for option in options(method)[route_pb2.route]:
        content = _content(method)
        request = method.input_type
        arm = request.fields_by_name[option.arm] if option.arm else None
        fields = (request if arm is None else message_of(arm)).fields_by_name
        http_method = option.WhichOneof("pattern")
        path = [
            fields[part[1:-1]] if part.startswith("{") else part
            for part in getattr(option, http_method).split("/")[1:]
        ]
        body = fields[option.body] if option.body else None
        rest = fields[option.query] if option.query else None
        taken = [*path, body, rest]
        yield Route(
            rpc=f"/{service.full_name}/{method.name}",
            http_method=http_method.upper(),
            path=path,
            is_stream=method.server_streaming,
            request=request,
            arm=arm,
            body=body,
            rest=rest,
            parameters={
                options(each)[json_pb2.field].name or each.name: each
                for each in fields.values()
                if each not in taken and each.message_type is None
            },
            content=message_of(content),
            content_number=content.number,
            resume=_field_of(method.input_type, ResumeStream),
            resume_window=_field_of(method.input_type, Duration),
            closing=next(
                (each for each in service.methods if options(each)[route_pb2.closes_streams]), None
            ),
        )


def _field_of(message: Descriptor, type_: type[Message]) -> FieldDescriptor | None:
    """Returns the field of a message that holds another one."""
    fields = [each for each in message.fields if each.message_type == type_.DESCRIPTOR]
    return fields[0] if fields else None


def _content(method: MethodDescriptor) -> FieldDescriptor:
    """Returns the field with the document, or that with the event beside the opening."""
    fields = [each for each in method.output_type.fields if each.message_type is not None]
    if method.server_streaming:
        opening = next(each for each in fields if each.message_type == StreamOpening.DESCRIPTOR)
        others = [each for each in fields if each is not opening]
        return next(each for each in others if each.containing_oneof is not None)
    return fields[0]


def build_request(
    route: Route, segments: Sequence[str], query: Parameters, body: str
) -> Message | None:
    """Returns the request of an rpc. Returns None if the route cannot hold the HTTP request."""
    request: Message = GetMessageClass(route.request)()
    target = request if route.arm is None else getattr(request, route.arm.name)
    if route.arm is not None:
        target.SetInParent()
    for part, segment in zip(route.path, segments, strict=True):
        if not isinstance(part, str):
            setattr(target, part.name, segment)
    if route.body is not None:
        setattr(target, route.body.name, body)
    others = _set_parameters(route, target, query)
    if route.rest is None:
        return None if others else request
    getattr(target, route.rest.name).extend(
        QueryParameter(name=name, value=value) for name, value in others
    )
    return request


def _set_parameters(route: Route, target: Message, query: Parameters) -> Parameters:
    """Sets the fields of query parameters. Returns the parameters that no field can hold."""
    others = []
    # If one value of a name has no field, its later values follow, to keep their order.
    done = set()
    for name, text in query:
        parameter = route.parameters.get(name)
        if parameter is not None and parameter.is_repeated:
            getattr(target, parameter.name).append(text)
            continue
        value = None if parameter is None or name in done else _parse(parameter, text)
        done.add(name)
        if parameter is None or value is None:
            others.append((name, text))
        else:
            setattr(target, parameter.name, value)
    return others


_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,19}")
_SIGNED = {FieldDescriptor.CPPTYPE_INT32: 31, FieldDescriptor.CPPTYPE_INT64: 63}
_UNSIGNED = {FieldDescriptor.CPPTYPE_UINT32: 32, FieldDescriptor.CPPTYPE_UINT64: 64}


def _parse(parameter: FieldDescriptor, text: str) -> Any | None:
    """Returns the value of a field. Returns None if the field cannot hold the text exactly."""
    value = _parsers.get(parameter.cpp_type, _parse_integer)(parameter, text)
    # Without presence, zero cannot be told from an unset field.
    return None if not value and not parameter.has_presence else value


def _parse_text(_: FieldDescriptor, text: str) -> str:
    return text


def _parse_boolean(_: FieldDescriptor, text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def _parse_integer(parameter: FieldDescriptor, text: str) -> int | None:
    if not _INTEGER.fullmatch(text):
        return None
    value = int(text)
    if parameter.cpp_type in _SIGNED:
        bits = _SIGNED[parameter.cpp_type]
        return value if -(1 << bits) <= value < 1 << bits else None
    bits = _UNSIGNED.get(parameter.cpp_type, 0)
    return value if 0 <= value < 1 << bits else None


def _parse_enum(parameter: FieldDescriptor, text: str) -> int | None:
    values = [] if parameter.enum_type is None else parameter.enum_type.values
    for value in values:
        if options(value)[json_pb2.enum_value].value == text:
            return int(value.number)
    return None


_parsers: dict[int, Callable[[FieldDescriptor, str], Any]] = {
    FieldDescriptor.CPPTYPE_STRING: _parse_text,
    FieldDescriptor.CPPTYPE_BOOL: _parse_boolean,
    FieldDescriptor.CPPTYPE_ENUM: _parse_enum,
    # The texts of floating-point numbers differ between languages: they are passed on as texts.
    FieldDescriptor.CPPTYPE_DOUBLE: lambda _, __: None,
    FieldDescriptor.CPPTYPE_FLOAT: lambda _, __: None,
}
