/*
 * Publishes the events of a run to NATS JetStream, each as a binary message on the subject of its
 * type, as soon as it comes.
 *
 *   curl -sN … | node publish.ts nats://127.0.0.1:4222 run_1
 *
 * Publishing the same stream again adds nothing, because each event has an identifier.
 */
import { toBinary } from "@bufbuild/protobuf";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, headers } from "@nats-io/transport-node";
import { StreamEventSchema } from "@stepwire/core";
import { decodeEvents } from "@stepwire/openai-sse";

const [servers = "nats://127.0.0.1:4222", stream = ""] = process.argv.slice(2);
// Dots, spaces and wildcards would change the subject.
if (!/^[\w-]{1,64}$/.test(stream)) {
  throw new Error("the second parameter names the stream: letters, digits, _ and -, at most 64");
}

const connection = await connect({ servers });
const manager = await jetstreamManager(connection);
await manager.streams.add({ name: "OPENAI_EVENTS", subjects: ["openai.events.>"] });
const client = jetstream(connection);

const messageType = headers();
messageType.set("Stepwire-Message-Type", StreamEventSchema.typeName);

let number = 0;
let duplicates = 0;
for await (const message of decodeEvents(StreamEventSchema, process.stdin)) {
  number += 1;
  const type = StreamEventSchema.fields.find((field) => field.localName === message.event.case);
  const { duplicate } = await client.publish(
    `openai.events.${stream}.${type?.name ?? "other"}`,
    toBinary(StreamEventSchema, message),
    { headers: messageType, msgID: `${stream}.${number}` },
  );
  duplicates += duplicate ? 1 : 0;
}
console.log(`${number} events published, ${duplicates} of them were there before`);
await connection.drain();
