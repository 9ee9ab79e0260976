"""Prints the completed steps of a topic, with Confluent's client and its Protobuf deserializer.

    pip install -r requirements.txt stepwire
    python receive.py 127.0.0.1:9092

It ends when no record has come for some seconds.
"""

import sys

from confluent_kafka import Consumer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

from stepwire.v1.run_step_pb2 import RunStep

TOPIC = "openai.steps"
# Without a client of the registry, the deserializer takes the schema of the message itself.
deserializer = ProtobufDeserializer(RunStep, {"use.deprecated.format": False})
consumer = Consumer(
    {
        "bootstrap.servers": sys.argv[1],
        "group.id": "stepwire-example-python",
        "auto.offset.reset": "earliest",
    }
)
consumer.subscribe([TOPIC])
wait = 20.0
while (message := consumer.poll(wait)) is not None:
    if (error := message.error()) is not None:
        raise SystemExit(str(error))
    step = deserializer(message.value(), SerializationContext(TOPIC, MessageField.VALUE))
    print(step.id, step.step_details.WhichOneof("step_details"), step.usage.total_tokens)
    wait = 3.0
consumer.close()
