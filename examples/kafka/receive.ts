/*
 * Prints the messages of a topic as JSON, without loss, until there is none for some seconds.
 *
 *   node receive.ts 127.0.0.1:9092 openai.steps
 */
import type { DescMessage } from "@bufbuild/protobuf";
import { Consumer } from "@platformatic/kafka";
import { RunStepSchema, StreamEventSchema } from "@stepwire/core";
import { createTranscoder } from "@stepwire/transcode";
import { messageAtIndexes, readRegistryFrame } from "@stepwire/wire";

const schemas: Readonly<Record<string, DescMessage>> = {
  "openai.events": StreamEventSchema,
  "openai.steps": RunStepSchema,
};

const [broker = "", topic = ""] = process.argv.slice(2);
const schema = schemas[topic];
if (schema === undefined) {
  throw new Error(`the topic is one of ${Object.keys(schemas).join(", ")}`);
}
const transcoder = createTranscoder(schema);
const consumer = new Consumer({
  clientId: "stepwire-example",
  groupId: `stepwire-example-${topic}`,
  bootstrapBrokers: [broker],
});
const messages = await consumer.consume({
  topics: [topic],
  mode: "committed",
  fallbackMode: "earliest",
  autocommit: true,
});
const stop = (): void => {
  messages.close().catch(() => {});
};
let idle = setTimeout(stop, 10_000);
for await (const { value } of messages) {
  const { messageIndexes, start } = readRegistryFrame(value);
  const found = messageAtIndexes(schema.file, messageIndexes);
  if (found !== schema) {
    throw new Error(`a record holds ${found?.typeName ?? "another message"} instead`);
  }
  console.log(new TextDecoder().decode(transcoder.toJson(value.subarray(start))));
  clearTimeout(idle);
  idle = setTimeout(stop, 2_000);
}
clearTimeout(idle);
await consumer.close();
