"""The client stubs of the services."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import grpc
import pytest

from stepwire.v1.run_step_service_pb2 import (
    CreateRun,
    GetRunStepRequest,
    GetRunStepResponse,
    StreamRunEventsRequest,
    StreamRunEventsResponse,
)

# The generator writes no types.
services: Any = import_module("stepwire.v1.run_step_service_pb2_grpc")


class Servicer:
    def GetRunStep(self, request: GetRunStepRequest, _: object) -> GetRunStepResponse:  # noqa: N802
        response = GetRunStepResponse()
        response.run_step.id = request.step_id
        return response

    def StreamRunEvents(  # noqa: N802
        self, request: StreamRunEventsRequest, _: object
    ) -> Iterator[StreamRunEventsResponse]:
        for number in range(3):
            response = StreamRunEventsResponse()
            response.event.message_delta.id = f"{request.create_run.thread_id}_{number}"
            yield response

    def __getattr__(self, name: str) -> object:
        return getattr(services.RunStepServiceServicer(), name)


@pytest.fixture
def channel() -> Iterator[Any]:
    server = grpc.server(ThreadPoolExecutor(max_workers=2))
    services.add_RunStepServiceServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as opened:
        yield opened
    server.stop(None)


def test_calls_a_service(channel: Any) -> None:
    stub = services.RunStepServiceStub(channel)
    assert stub.GetRunStep(GetRunStepRequest(step_id="step_1")).run_step.id == "step_1"
    responses = list(
        stub.StreamRunEvents(StreamRunEventsRequest(create_run=CreateRun(thread_id="a")))
    )
    assert [each.event.message_delta.id for each in responses] == ["a_0", "a_1", "a_2"]
