import { create, toBinary } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import {
  RunSchema,
  type RunStatus,
  RunStepDeltaSchema,
  type StreamEvent,
  StreamEventSchema,
  ThreadMessageDeltaSchema,
} from "@stepwire/core";
import {
  type NumberedEvent,
  StreamReader,
  type StreamReadOptions,
  StreamWriter,
} from "../../src/index.js";

/** Returns a stream event in binary. */
export function event(value: StreamEvent["event"], id?: string): Uint8Array {
  return toBinary(
    StreamEventSchema,
    create(StreamEventSchema, { event: value, ...(id !== undefined && { id }) }),
  );
}

/** Returns the event of a change of a message. */
export function messageDelta(text: string, id = "msg_1"): Uint8Array {
  return event({
    case: "messageDelta",
    value: create(ThreadMessageDeltaSchema, {
      id,
      delta: { content: [{ index: 0, content: { case: "text", value: { value: text } } }] },
    }),
  });
}

/** Returns the event of a change of a call in a step. */
export function stepDelta(text: string, id = "step_1"): Uint8Array {
  return event({
    case: "runStepDelta",
    value: create(RunStepDeltaSchema, {
      id,
      delta: {
        stepDetails: {
          stepDetails: {
            case: "toolCalls",
            value: {
              toolCalls: [{ index: 0, toolCall: { case: "function", value: { arguments: text } } }],
            },
          },
        },
      },
    }),
  });
}

/** Returns the event of a run. */
export function run(
  name: "runCreated" | "runQueued" | "runInProgress" | "runCompleted",
  members: { model?: string; status?: RunStatus; startedAt?: bigint; instructions?: string } = {},
): Uint8Array {
  const value = create(RunSchema, {
    id: "run_abc",
    createdAt: 1_700_000_000n,
    threadId: "thread_abc",
    model: "model-1",
    metadata: { a: create(ValueSchema, { kind: { case: "stringValue", value: "b" } }) },
    ...members,
  });
  return event({ case: name, value });
}

/** Returns the bytes of a stream: one write for each block. */
export function write(blocks: readonly (readonly Uint8Array[])[], firstNumber = 1): Uint8Array {
  const writer = new StreamWriter(StreamEventSchema, { firstNumber });
  return Buffer.concat([...blocks.map((block) => writer.write(block)), writer.end()]);
}

/** Reads a complete stream in chunks of a size. */
export function read(
  stream: Uint8Array,
  size: number = stream.length,
  options: StreamReadOptions = {},
): NumberedEvent[] {
  const reader = new StreamReader(options);
  const events: NumberedEvent[] = [];
  for (let start = 0; start < stream.length; start += size) {
    // The chunk changes afterwards, as a buffer that is used again does.
    const chunk = Uint8Array.from(stream.subarray(start, start + size));
    reader.push(chunk);
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      events.push(next);
    }
    chunk.fill(0xff);
  }
  reader.finish();
  return events;
}

/** Returns events as text, to compare them. */
export function hex(events: readonly (Uint8Array | NumberedEvent)[]): string[] {
  return events.map((each) =>
    each instanceof Uint8Array
      ? Buffer.from(each).toString("hex")
      : Buffer.from(each.bytes).toString("hex"),
  );
}
