"""Prints names, messages and their records of Confluent's serializer, with a registry in memory."""

import json

from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf.descriptor_pb2 import DescriptorProto

from stepwire.v1.run_step_pb2 import RunStep, RunStepList
from stepwire.v1.stream_event_pb2 import StreamEvent

registry = SchemaRegistryClient.new_client({"url": "mock://records"})
messages = [
    RunStep(id="a"),
    RunStepList(has_more=True),
    StreamEvent(done="[DONE]"),
    DescriptorProto.ReservedRange(),
]
for message in messages:
    serializer = ProtobufSerializer(type(message), registry, {"use.deprecated.format": False})
    topic = message.DESCRIPTOR.name
    record = serializer(message, SerializationContext(topic, MessageField.VALUE))
    content = message.SerializeToString()
    print(json.dumps([message.DESCRIPTOR.full_name, content.hex(), record.hex()]))
