import {
  create,
  type DescMessage,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { HandlerContext } from "@connectrpc/connect";
import {
  StreamEventSchema,
  type StreamRunEventsResponse,
  StreamRunEventsResponseSchema,
} from "@stepwire/core";
import type { Encoded } from "../source.js";

/** Whether a call speaks the binary format, as nearly all do, and not JSON. */
export function isBinaryCall({ requestHeader, url }: HandlerContext): boolean {
  const type = requestHeader.get("content-type");
  return type === null
    ? new URL(url).searchParams.get("encoding") === "proto"
    : !type.includes("json");
}

/** A message in binary. */
export function encoded<Desc extends DescMessage>(
  schema: Desc,
  content: Encoded<MessageShape<Desc>>,
): Uint8Array {
  return content instanceof Uint8Array ? content : toBinary(schema, content);
}

/** A message from what it is in binary, if it is that. */
export function decoded<Desc extends DescMessage>(
  schema: Desc,
  content: Encoded<MessageShape<Desc>>,
): MessageShape<Desc> {
  return content instanceof Uint8Array ? fromBinary(schema, content) : content;
}

const { number: EVENT } = StreamRunEventsResponseSchema.field.event;

/**
 * The response with an event. In the binary format the event's bytes go out as they
 * are, in the place of a field that this message need not know, without another
 * reading and writing.
 */
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
  const data = new BinaryWriter().bytes(event).finish();
  response.$unknown = [{ no: EVENT, wireType: WireType.LengthDelimited, data }];
  return response;
}
