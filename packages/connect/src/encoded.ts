import { type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";

/** A message, or its binary form as a transcoder returns it. */
export type Encoded = Message | Uint8Array;

/** Returns a message in binary. */
export function encoded(schema: DescMessage, content: Encoded): Uint8Array {
  return content instanceof Uint8Array ? content : toBinary(schema, content);
}
