import { create, type DescField, fromBinary, type Message } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { HandlerContext } from "@connectrpc/connect";
import { fieldsOf, type StreamMapping, type UnaryMapping } from "@stepwire/mapping";
import type { Encoded, EventGroup } from "../encoded.js";

/** Returns whether a call uses the binary format, as nearly all calls do, instead of JSON. */
export function isBinaryCall({ requestHeader, url }: HandlerContext): boolean {
  const type = requestHeader.get("content-type");
  return type === null
    ? new URL(url).searchParams.get("encoding") === "proto"
    : !type.includes("json");
}

/**
 * Adds a payload to a response. In the binary format, the payload's bytes are added as an unknown
 * field, which protobuf-es writes unchanged. This avoids parsing and serializing them.
 */
function addPayload(response: Message, { number: no }: DescField, payload: Uint8Array): void {
  const data = new BinaryWriter().bytes(payload).finish();
  response.$unknown ??= [];
  response.$unknown.push({ no, wireType: WireType.LengthDelimited, data });
}

/** Returns the response of a unary rpc with its document, or without one. */
export function documentResponse(
  { desc, content: field }: UnaryMapping,
  content: Encoded | undefined,
  binary: boolean,
): Message {
  const response = create(desc.output);
  if (content === undefined) {
    return response;
  }
  if (!(content instanceof Uint8Array)) {
    fieldsOf(response)[field.localName] = content;
  } else if (binary) {
    addPayload(response, field, content);
  } else {
    fieldsOf(response)[field.localName] = fromBinary(field.message, content);
  }
  return response;
}

/** Returns the response of a streaming rpc with an event, and the events that follow it. */
export function eventResponse(
  { desc, oneof, event: field, number: numberField, following: followingField }: StreamMapping,
  number: number,
  event: Uint8Array,
  binary: boolean,
  following: EventGroup = [],
): Message {
  const response = create(desc.output);
  const fields = fieldsOf(response);
  fields[numberField.localName] = number;
  if (binary) {
    addPayload(response, field, event);
  } else {
    fields[oneof.localName] = { case: field.localName, value: fromBinary(field.message, event) };
  }
  if (followingField === undefined || following.length === 0) {
    return response;
  }
  if (binary) {
    for (const each of following) {
      addPayload(response, followingField, each);
    }
  } else {
    fields[followingField.localName] = following.map((each) => fromBinary(field.message, each));
  }
  return response;
}

/** Returns the response that opens a stream. */
export function openingResponse(
  { desc, oneof, opening }: StreamMapping,
  streamId: string,
): Message {
  const response = create(desc.output);
  const value = create(opening.message, { streamId });
  fieldsOf(response)[oneof.localName] = { case: opening.localName, value };
  return response;
}
