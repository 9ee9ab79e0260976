import {
  create,
  type DescField,
  fromBinary,
  type Message,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import type { HandlerContext } from "@connectrpc/connect";
import {
  GetRunStepResponseSchema,
  ListRunStepsResponseSchema,
  type RunStep,
  type RunStepList,
  RunStepListSchema,
  RunStepSchema,
  StreamEventSchema,
  type StreamRunEventsResponse,
  StreamRunEventsResponseSchema,
} from "@stepwire/core";
import { archiveSizePrefix } from "@stepwire/wire";
import type { Encoded } from "../encoded.js";

/** Whether a call speaks the binary format, as nearly all do, and not JSON. */
export function isBinaryCall({ requestHeader, url }: HandlerContext): boolean {
  const type = requestHeader.get("content-type");
  return type === null
    ? new URL(url).searchParams.get("encoding") === "proto"
    : !type.includes("json");
}

/**
 * A response with its payload. In the binary format the payload's bytes go out as they
 * are, in the place of a field that this message need not know, without another reading
 * and writing.
 */
function withPayload<Response extends Message>(
  response: Response,
  { number: no }: DescField,
  payload: Uint8Array,
): Response {
  const prefix = archiveSizePrefix(payload.length);
  const data = new Uint8Array(prefix.length + payload.length);
  data.set(prefix);
  data.set(payload, prefix.length);
  response.$unknown = [{ no, wireType: WireType.LengthDelimited, data }];
  return response;
}

/** The response with a run step. */
export function runStepResponse(
  content: Encoded<RunStep>,
  binary: boolean,
): MessageInitShape<typeof GetRunStepResponseSchema> {
  if (!(content instanceof Uint8Array)) {
    return { runStep: content };
  }
  return binary
    ? withPayload(create(GetRunStepResponseSchema), GetRunStepResponseSchema.field.runStep, content)
    : { runStep: fromBinary(RunStepSchema, content) };
}

/** The response with a page of run steps. */
export function runStepsResponse(
  content: Encoded<RunStepList>,
  binary: boolean,
): MessageInitShape<typeof ListRunStepsResponseSchema> {
  if (!(content instanceof Uint8Array)) {
    return { runSteps: content };
  }
  const { runSteps } = ListRunStepsResponseSchema.field;
  return binary
    ? withPayload(create(ListRunStepsResponseSchema), runSteps, content)
    : { runSteps: fromBinary(RunStepListSchema, content) };
}

/** The response with an event. */
export function eventResponse(
  number: number,
  event: Uint8Array,
  binary: boolean,
): StreamRunEventsResponse {
  if (!binary) {
    const value = fromBinary(StreamEventSchema, event);
    return create(StreamRunEventsResponseSchema, { number, content: { case: "event", value } });
  }
  const response = create(StreamRunEventsResponseSchema, { number });
  return withPayload(response, StreamRunEventsResponseSchema.field.event, event);
}
