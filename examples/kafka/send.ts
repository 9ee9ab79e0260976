/*
 * Sends the events of a run to the topic openai.events of Kafka as they come, and each step that is
 * complete to the topic openai.steps: as binary messages whose schemas are in a registry.
 *
 *   curl -sN … | node send.ts 127.0.0.1:9092 http://127.0.0.1:8081 node_modules/@stepwire/core/proto
 */
import { type DescMessage, toBinary } from "@bufbuild/protobuf";
import { Producer } from "@platformatic/kafka";
import { RunStepSchema, StreamEventSchema } from "@stepwire/core";
import { decodeEvents } from "@stepwire/openai-sse";
import { registryPrefix } from "@stepwire/wire";
import { registerSchema } from "./registry.ts";

const [broker = "", registry = "", protos = ""] = process.argv.slice(2);
const where = { registry, protos };

/** Returns what comes before each message with this schema in a topic. */
async function prefixFor(topic: string, schema: DescMessage): Promise<Uint8Array> {
  // `<topic>-value` is where consumers look for it by default.
  return registryPrefix(schema, await registerSchema(`${topic}-value`, schema.file, where));
}

const eventPrefix = await prefixFor("openai.events", StreamEventSchema);
const stepPrefix = await prefixFor("openai.steps", RunStepSchema);

const producer = new Producer({
  clientId: "stepwire-example",
  bootstrapBrokers: [broker],
  idempotent: true,
  autocreateTopics: true,
});
let run = "";
let count = 0;
for await (const message of decodeEvents(StreamEventSchema, process.stdin)) {
  const { event } = message;
  if (event.case === "runCreated") {
    run = event.value.id;
  }
  const value = Buffer.concat([eventPrefix, toBinary(StreamEventSchema, message)]);
  // All of a run have one key, and so one partition: they stay in order.
  const messages = [{ topic: "openai.events", key: Buffer.from(run), value }];
  if (event.case === "runStepCompleted") {
    const step = Buffer.concat([stepPrefix, toBinary(RunStepSchema, event.value)]);
    messages.push({ topic: "openai.steps", key: Buffer.from(event.value.id), value: step });
  }
  await producer.send({ messages, acks: -1 });
  count += messages.length;
}
await producer.close();
console.log(`${count} records sent`);
