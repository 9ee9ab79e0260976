import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { DocumentSchema } from "./gen/stepwire/v1/document_pb.js";

/** The top-level messages, in the order in which `Document` lists them. */
export const documentSchemas: readonly DescMessage[] = DocumentSchema.fields.flatMap(
  ({ message }) => message ?? [],
);

/** The message within a binary `Document`. */
export interface DocumentContent {
  /** One of {@link documentSchemas}; `Document` itself for any other object. */
  readonly schema: DescMessage;
  /** Where the message starts; it goes on to the end. */
  readonly start: number;
}

/**
 * Looks into a binary `Document`, which is nothing but the number of its arm, a
 * size, and the message. One that is put together in another way is not taken apart.
 *
 * @throws if the bytes do not start with a field.
 */
export function documentContent(binary: Uint8Array): DocumentContent {
  if (binary.length > 0) {
    const reader = new BinaryReader(binary);
    const [arm, type] = reader.tag();
    const schema = DocumentSchema.fields.find(({ number }) => number === arm)?.message;
    if (schema !== undefined && type === WireType.LengthDelimited) {
      const size = reader.uint32();
      if (reader.pos + size === binary.length) {
        return { schema, start: reader.pos };
      }
    }
  }
  return { schema: DocumentSchema, start: 0 };
}
