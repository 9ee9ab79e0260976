import { type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";

/** A message, or its binary form as a transcoder returns it. */
export type Encoded = Message | Uint8Array;

/** Events in binary that came together. */
export type EventGroup = readonly Uint8Array[];

/** Returns the events of an element of a source, in binary. */
export function encodedEvents(schema: DescMessage, content: Encoded | EventGroup): EventGroup {
  return Array.isArray(content) ? (content as EventGroup) : [encoded(schema, content as Encoded)];
}

/** Returns a message in binary. */
export function encoded(schema: DescMessage, content: Encoded): Uint8Array {
  return content instanceof Uint8Array ? content : toBinary(schema, content);
}
