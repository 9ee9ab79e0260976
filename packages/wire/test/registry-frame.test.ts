import { create, type DescMessage, toBinary } from "@bufbuild/protobuf";
import { DescriptorProto_ReservedRangeSchema } from "@bufbuild/protobuf/wkt";
import {
  RunStepListSchema,
  RunStepSchema,
  StepDetailsSchema,
  StreamEventSchema,
} from "@stepwire/core";
import { describe, expect, it } from "vitest";
import {
  messageAtIndexes,
  RegistryFrameError,
  readRegistryFrame,
  registryPrefix,
} from "../src/index.js";

/** Returns a record with a message. */
function recordOf(schema: DescMessage, schemaId: number, message: Uint8Array): Uint8Array {
  return Buffer.concat([registryPrefix(schema, schemaId), message]);
}

/*
 * What the ProtobufSerializer of confluent-kafka 2.16.1 for Python writes; `pnpm test:brokers`
 * compares with it, and with a registry.
 */
const written: readonly (readonly [DescMessage, number, Uint8Array, string])[] = [
  [
    RunStepSchema,
    5,
    toBinary(RunStepSchema, create(RunStepSchema, { id: "a" })),
    "0000000005000a0161",
  ],
  [StepDetailsSchema, 6, new Uint8Array(), "00000000060202"],
  [
    RunStepListSchema,
    7,
    toBinary(RunStepListSchema, create(RunStepListSchema, { hasMore: true })),
    "000000000702142001",
  ],
  [
    StreamEventSchema,
    17,
    toBinary(
      StreamEventSchema,
      create(StreamEventSchema, { event: { case: "done", value: "[DONE]" } }),
    ),
    "00000000110042065b444f4e455d",
  ],
];

describe("records of a schema registry", () => {
  it("issue 19: the bytes are those of Confluent's serializer", () => {
    for (const [schema, schemaId, message, hex] of written) {
      const record = recordOf(schema, schemaId, message);
      expect(Buffer.from(record).toString("hex"), schema.typeName).toBe(hex);
      const frame = readRegistryFrame(record);
      expect(frame.schemaId).toBe(schemaId);
      expect(record.subarray(frame.start)).toEqual(Buffer.from(message));
      expect(messageAtIndexes(schema.file, frame.messageIndexes)).toBe(schema);
    }
  });

  it("issue 19: a nested message has the indexes of all messages around it", () => {
    const nested = DescriptorProto_ReservedRangeSchema;
    const record = registryPrefix(nested, 0xff_ff_ff_fe);
    expect(Buffer.from(record).toString("hex")).toBe("00fffffffe040402");
    const { schemaId, messageIndexes, start } = readRegistryFrame(record);
    expect({ schemaId, messageIndexes, start }).toEqual({
      schemaId: 0xff_ff_ff_fe,
      messageIndexes: [2, 1],
      start: record.length,
    });
    expect(messageAtIndexes(nested.file, messageIndexes)).toBe(nested);
  });

  it("issue 19: a list with the index 0 is read like the length 0", () => {
    const record = Buffer.from("00000000010200", "hex");
    expect(readRegistryFrame(record)).toEqual({ schemaId: 1, messageIndexes: [0], start: 7 });
  });

  it("issue 19: a record may lie anywhere in a buffer", () => {
    const record = Buffer.from("ffff000000000100", "hex").subarray(2);
    expect(readRegistryFrame(record)).toEqual({ schemaId: 1, messageIndexes: [0], start: 6 });
  });

  it.each([
    ["", "cut_off", 0],
    ["00000000", "cut_off", 4],
    ["0000000001", "cut_off", 5],
    ["000000000102", "cut_off", 6],
    ["000000000102ff", "cut_off", 7],
    ["7b226964223a", "bad_magic", 0],
    ["00000000010201", "malformed", 6],
    ["000000000101", "malformed", 5],
    ["0000000001ffffffffff01", "malformed", 5],
    ["00000000018080808010", "malformed", 5],
    ["0000000001828080807000", "malformed", 5],
    ["000000000102808080801000", "malformed", 6],
    [`000000000142${"00".repeat(33)}`, "too_deep", 5],
    ["0000000001feffffff0f", "too_deep", 5],
  ])("issue 19: %s is refused as %s", (hex, code, offset) => {
    const read = (): unknown => readRegistryFrame(Buffer.from(hex, "hex"));
    expect(read).toThrow(RegistryFrameError);
    expect(read).toThrow(expect.objectContaining({ code, offset }));
  });

  it("issue 19: the number of indexes is limited", () => {
    const record = Buffer.from("000000000106020200", "hex");
    expect(readRegistryFrame(record, { maxDepth: 3 }).messageIndexes).toEqual([1, 1, 0]);
    expect(() => readRegistryFrame(record, { maxDepth: 2 })).toThrow("at most 2 indexes, found 3");
  });

  it("issue 19: indexes that a file does not have give no message", () => {
    const { file } = DescriptorProto_ReservedRangeSchema;
    for (const indexes of [[], [99], [0, 0], [2, 2], [2, 1, 0], [-1]]) {
      expect(messageAtIndexes(file, indexes)).toBeUndefined();
    }
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])("issue 19: %d is no identifier of a schema", (id) => {
    expect(() => registryPrefix(RunStepSchema, id)).toThrow(RangeError);
  });
});
