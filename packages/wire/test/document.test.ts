import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  AssistantDeletedSchema,
  AssistantListSchema,
  AssistantSchema,
  DocumentSchema,
  RunListSchema,
  RunSchema,
  RunStepDeltaSchema,
  RunStepListSchema,
  RunStepSchema,
  StreamEventSchema,
  ThreadDeletedSchema,
  ThreadListSchema,
  ThreadMessageDeletedSchema,
  ThreadMessageDeltaSchema,
  ThreadMessageListSchema,
  ThreadMessageSchema,
  ThreadSchema,
} from "@stepwire/core";
import {
  ChatCompletionChunkSchema,
  ChatCompletionDeletedSchema,
  ChatCompletionListSchema,
  ChatCompletionSchema,
  ChatCompletionStreamEventSchema,
} from "@stepwire/core/chat";
import { getDocumentArms } from "@stepwire/mapping";
import { describe, expect, test } from "vitest";
import { documentContent, documentPrefix } from "../src/index.js";

type Arm = NonNullable<MessageInitShape<typeof DocumentSchema>["document"]>;

const arms: readonly [DescMessage, Arm][] = [
  [RunStepSchema, { case: "runStep", value: { id: "step_1" } }],
  [RunStepDeltaSchema, { case: "runStepDelta", value: { id: "step_1" } }],
  [RunStepListSchema, { case: "runStepList", value: { firstId: "s".repeat(200) } }],
  [StreamEventSchema, { case: "event", value: {} }],
  [RunSchema, { case: "run", value: { id: "run_1" } }],
  [ThreadMessageSchema, { case: "message", value: { id: "msg_1" } }],
  [ThreadMessageDeltaSchema, { case: "messageDelta", value: { id: "msg_1" } }],
  [ThreadSchema, { case: "thread", value: { id: "thread_1" } }],
  [AssistantSchema, { case: "assistant", value: { id: "asst_1" } }],
  [ChatCompletionSchema, { case: "chatCompletion", value: { id: "chatcmpl-1" } }],
  [ChatCompletionChunkSchema, { case: "chatCompletionChunk", value: { id: "chatcmpl-1" } }],
  [ChatCompletionStreamEventSchema, { case: "chatEvent", value: {} }],
  [RunListSchema, { case: "runList", value: { hasMore: true } }],
  [ThreadMessageListSchema, { case: "messageList", value: { hasMore: true } }],
  [AssistantListSchema, { case: "assistantList", value: { hasMore: true } }],
  [ThreadListSchema, { case: "threadList", value: { hasMore: true } }],
  [ThreadDeletedSchema, { case: "threadDeleted", value: { deleted: true } }],
  [ThreadMessageDeletedSchema, { case: "messageDeleted", value: { deleted: true } }],
  [AssistantDeletedSchema, { case: "assistantDeleted", value: { deleted: true } }],
  [ChatCompletionListSchema, { case: "chatCompletionList", value: { hasMore: true } }],
  [ChatCompletionDeletedSchema, { case: "chatCompletionDeleted", value: { deleted: true } }],
];

test("the arms of a document are the messages that it may be", () => {
  const found = getDocumentArms(DocumentSchema).map(({ message }) => message.typeName);
  const fields = DocumentSchema.fields.flatMap(({ message }) => message?.typeName ?? []);
  expect(found).toEqual(fields);
  expect(found).toEqual(expect.arrayContaining(arms.map(([{ typeName }]) => typeName)));
});

const other = create(DocumentSchema, { document: { case: "other", value: "{}" } });

describe("documentContent", () => {
  test.each(arms)("finds %s", (expected, arm) => {
    const message = create(DocumentSchema, { document: arm });
    const binary = toBinary(DocumentSchema, message);
    const { schema, start } = documentContent(DocumentSchema, binary);
    expect(schema).toBe(expected);
    expect(fromBinary(schema, binary.subarray(start))).toEqual(message.document.value);
  });

  test.each([
    ["any other object", toBinary(DocumentSchema, other)],
    ["no bytes", new Uint8Array()],
    ["a message in two pieces", Uint8Array.of(0x0a, 0x00, 0x0a, 0x00)],
    ["a message that is cut off", Uint8Array.of(0x0a, 0x02, 0x00)],
    ["an arm's number on a field that is no message", Uint8Array.of(0x08, 0x00)],
  ])("leaves %s whole", (_name, binary) => {
    expect(documentContent(DocumentSchema, binary)).toEqual({ schema: DocumentSchema, start: 0 });
  });

  test("refuses what is no field", () => {
    expect(() => documentContent(DocumentSchema, Uint8Array.of(0x00))).toThrow("illegal tag");
  });
});

test.each(arms)("documentPrefix writes what documentContent finds, for %s", (_, arm) => {
  const binary = toBinary(DocumentSchema, create(DocumentSchema, { document: arm }));
  const { schema, start } = documentContent(DocumentSchema, binary);
  const { field } =
    getDocumentArms(DocumentSchema).find(({ message }) => message === schema) ??
    expect.unreachable();
  const prefix = documentPrefix(field.number, binary.length - start);
  expect(Buffer.from(prefix)).toEqual(Buffer.from(binary.subarray(0, start)));
});
