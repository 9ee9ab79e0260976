import { fromBinary } from "@bufbuild/protobuf";
import {
  type Response,
  type ResponseStreamEvent,
  ResponseStreamEventSchema,
} from "@stepwire/core/responses";
import { decodeEventsToBinary } from "@stepwire/openai-sse";
import type { CorpusStream } from "@stepwire/testing";

const schema = ResponseStreamEventSchema;

/** Returns the start of a stream's name, which is unique. */
export function keyOf({ name }: CorpusStream): string {
  return name.slice("responses_sse/".length, "responses_sse/".length + 4);
}

/** The events of a response up to its last one, which has the whole response. */
export interface Recording {
  readonly events: readonly ResponseStreamEvent[];
  readonly last: Response | undefined;
}

/** Returns the responses in a stream: one, or two that were recorded one after the other. */
export async function recordingsOf({ bytes, name }: CorpusStream): Promise<Recording[]> {
  // In one stream, `data:` comes before `event:`; others have lost their blank lines.
  const framing = name.includes("/w066-") ? "standard" : "lenient";
  const recordings: Recording[] = [];
  let events: ResponseStreamEvent[] = [];
  for await (const binary of decodeEventsToBinary(schema, [bytes], { mode: "archive", framing })) {
    const event = fromBinary(schema, binary);
    events.push(event);
    const last = lastResponse(event);
    if (last !== undefined) {
      recordings.push({ events, last });
      events = [];
    }
  }
  return events.some(isDelta) ? [...recordings, { events, last: undefined }] : recordings;
}

function lastResponse({ event }: ResponseStreamEvent): Response | undefined {
  switch (event.case) {
    case "completed":
    case "failed":
    case "incomplete":
      return event.value.response;
    default:
      return undefined;
  }
}

function isDelta({ event }: ResponseStreamEvent): boolean {
  return event.case?.endsWith("Delta") === true;
}
