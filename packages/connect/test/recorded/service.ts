import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  RunStepListSchema,
  RunStepSchema,
  RunStepService,
  StreamEventSchema,
} from "@stepwire/core";
import {
  createServiceServer,
  createSource,
  OpenAIHttpError,
  type OpenedStream,
  type ServiceServer,
} from "../../src/index.js";

/*
 * The service whose traffic is recorded. Its data are invented, and are the same in each run.
 */

/** The identifier of the stream that can be resumed. */
export const STREAM_ID = "stream_recorded";

const headers = [
  ["x-request-id", "req_recorded"],
  ["x-ratelimit-remaining-requests", "41"],
] as const;

const step = create(RunStepSchema, {
  id: "step_1",
  runId: "run_1",
  threadId: "thread_1",
  assistantId: "asst_1",
  createdAt: 1_788_300_600n,
});

const events = [
  { case: "runStepCreated", value: step },
  { case: "other", value: { event: "kettle.boils", data: '{"degrees":99.5,"größer":true}' } },
  { case: "messageDelta", value: { id: "msg_1" } },
  { case: "runStepCompleted", value: step },
  { case: "other", value: { event: "large", data: JSON.stringify("x".repeat(1100)) } },
] as const;

/** The events of a stream, in binary. */
export const eventBytes: readonly Uint8Array[] = events.map((event) => {
  const init: MessageInitShape<typeof StreamEventSchema> = { event };
  return toBinary(StreamEventSchema, create(StreamEventSchema, init));
});

function openedStream(after: number, streamId?: string, failure?: Error): OpenedStream {
  async function* rest(): AsyncGenerator<Uint8Array, void> {
    for (const event of eventBytes.slice(after)) {
      yield await Promise.resolve(event);
    }
    if (failure !== undefined) {
      throw failure;
    }
  }
  return { headers, events: rest(), ...(streamId !== undefined && { streamId }) };
}

function refusal(status: number, message: string): OpenAIHttpError {
  const retry = [["retry-after", "7"], ...headers] as const;
  return OpenAIHttpError.create(status, { message, code: "invented" }, { headers: retry });
}

/** Creates the service. */
export function createRecordedService(): ServiceServer {
  const source = createSource(
    RunStepService,
    {
      getRunStep: async ({ stepId }) => {
        if (stepId !== "step_1") {
          throw refusal(404, `There is no step '${stepId}'.`);
        }
        return await Promise.resolve({ content: toBinary(RunStepSchema, step), headers });
      },
      listRunSteps: async () => {
        const list = create(RunStepListSchema, {
          data: Array.from({ length: 20 }, (_, index) => ({ ...step, id: `step_${index}` })),
          hasMore: true,
        });
        return await Promise.resolve({ content: toBinary(RunStepListSchema, list), status: 201 });
      },
      streamRunEvents: async ({ start }) => {
        const thread = start.case === "createRun" ? start.value.threadId : "";
        if (thread === "refused") {
          throw refusal(429, "Too many größere runs.");
        }
        const failure = thread === "fails" ? refusal(500, "The upstream failed.") : undefined;
        return await Promise.resolve(openedStream(0, STREAM_ID, failure));
      },
    },
    {
      reopen: async (_method, { streamId, after }) =>
        await Promise.resolve(streamId === STREAM_ID ? openedStream(after, STREAM_ID) : undefined),
    },
  );
  return createServiceServer(RunStepService, source);
}
