import { type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";

/** A message, or the bytes that it is in binary: what a transcoder gives. */
export type Encoded<Shape> = Shape | Uint8Array;

/** A message in binary. */
export function encoded<Desc extends DescMessage>(
  schema: Desc,
  content: Encoded<MessageShape<Desc>>,
): Uint8Array {
  return content instanceof Uint8Array ? content : toBinary(schema, content);
}
