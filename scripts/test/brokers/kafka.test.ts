import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import { DescriptorProto_ReservedRangeSchema } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  RunStepListSchema,
  RunStepSchema,
  StreamEventSchema,
} from "../../../packages/core/src/index.ts";
import { type KafkaBroker, startKafka } from "../../../packages/testing/src/kafka/kafka-broker.ts";
import {
  type SchemaRegistry,
  startSchemaRegistry,
} from "../../../packages/testing/src/kafka/schema-registry.ts";
import { readRegistryFrame, registryPrefix } from "../../../packages/wire/src/index.ts";
import { root } from "../../library/command.ts";
import type { Project } from "../packages/support/project.ts";
import { sseEvents } from "./events.ts";
import { type Ended, installExample, runExample, runProgram } from "./programs.ts";
import { generateMessages, preparePython } from "./python.ts";

/** The broker, the registry and the packages of Python are loaded first. */
const timeout = 900_000;
const sample = "apps/gateway/samples/bakery.sse";
const events = sseEvents(readFileSync(join(root, sample), "utf8"));
const steps = events.flatMap(({ event, data }) =>
  event === "thread.run.step.completed" ? [data as Step] : [],
);

/** The members of a step that the program in Python prints. */
interface Step {
  readonly id: string;
  readonly step_details: { readonly type: string };
  readonly usage: { readonly total_tokens: number };
}

/** The messages that serialized.py writes. */
const schemas = [
  RunStepSchema,
  RunStepListSchema,
  StreamEventSchema,
  DescriptorProto_ReservedRangeSchema,
];
/** Where the installed package has its `.proto` files. */
const protos = "node_modules/@stepwire/core/proto";

describe("the example for Kafka", { timeout }, () => {
  let folder: string;
  let python: string;
  let project: Project;
  let broker: KafkaBroker;
  let registry: SchemaRegistry;
  let sent: Ended;

  const send = (): Promise<Ended> =>
    runExample(project, ["send.ts", broker.address, registry.url, protos], { input: sample });
  const receive = (topic: string): Promise<Ended> =>
    runExample(project, ["receive.ts", broker.address, topic]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stepwire-kafka-example-"));
    project = await installExample("kafka");
    python = await preparePython();
    await generateMessages(python, folder);
    [broker, registry] = await Promise.all([startKafka(), startSchemaRegistry()]);
    sent = await send();
  }, timeout);

  afterAll(async () => {
    await Promise.all([broker?.close(), registry?.close()]);
    project?.remove();
    await rm(folder, { recursive: true, force: true });
  }, timeout);

  it("issue 19: events and complete steps arrive in order, without loss", async () => {
    expect(sent).toEqual({
      stdout: `${events.length + steps.length} records sent\n`,
      stderr: "",
      exitCode: 0,
    });
    const all = await receive("openai.events");
    expect(all.stderr).toBe("");
    expect(jsonLines(all.stdout)).toEqual(events);
    const complete = await receive("openai.steps");
    expect(jsonLines(complete.stdout)).toEqual(steps);
  });

  it("issue 19: Confluent's deserializer reads the records", async () => {
    const { stdout, stderr } = await runProgram(
      [python, join(root, "examples/kafka/receive.py"), broker.address],
      { environment: { PYTHONPATH: folder } },
    );
    expect(stderr).toBe("");
    expect(stdout.trimEnd().split("\n")).toEqual(
      steps.map(({ id, step_details: { type }, usage }) => `${id} ${type} ${usage.total_tokens}`),
    );
  });

  it("issue 19: the registry has our files, each with those that it imports", async () => {
    const versions = await getJson(`${registry.url}/subjects/openai.steps-value/versions`);
    expect(versions).toEqual([1]);
    const schema = await getJson(`${registry.url}/subjects/openai.steps-value/versions/1`);
    const path = "stepwire/v1/run_step.proto";
    expect(schema).toMatchObject({
      schemaType: "PROTOBUF",
      schema: readFileSync(join(root, "proto", path), "utf8"),
      references: expect.arrayContaining([
        { name: "stepwire/v1/tool_call.proto", subject: "stepwire/v1/tool_call.proto", version: 1 },
      ]),
    });
  });

  it("issue 19: sending again registers nothing", async () => {
    const before = await getJson(`${registry.url}/subjects`);
    const again = await send();
    expect(again.stderr).toBe("");
    expect(await getJson(`${registry.url}/subjects`)).toEqual(before);
    const versions = await getJson(`${registry.url}/subjects/openai.events-value/versions`);
    expect(versions).toEqual([1]);
  });

  it("issue 19: registryPrefix writes what Confluent's serializer writes", async () => {
    const program = join(import.meta.dirname, "serialized.py");
    const { stdout, stderr } = await runProgram([python, program], {
      environment: { PYTHONPATH: folder },
    });
    expect(stderr).toBe("");
    const records = jsonLines(stdout) as readonly (readonly [string, string, string])[];
    expect(records.map(([name]) => name)).toEqual(schemas.map(({ typeName }) => typeName));
    for (const [index, [name, message, record]] of records.entries()) {
      const { schemaId, start } = readRegistryFrame(Buffer.from(record, "hex"));
      const prefix = registryPrefix(schemas[index] as DescMessage, schemaId);
      expect(Buffer.from(prefix).toString("hex") + message, name).toBe(record);
      expect(start, name).toBe(prefix.length);
    }
  });
});

function jsonLines(text: string): readonly unknown[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line): unknown => JSON.parse(line));
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  expect(response.status, url).toBe(200);
  return response.json();
}
