import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { getDocumentArms } from "@stepwire/mapping";

/** The message within a binary document. */
export interface DocumentContent {
  /** The message of the arm that is set; the document itself for any other object. */
  readonly schema: DescMessage;
  /** Offset of the message, which extends to the end of the document. */
  readonly start: number;
}

/**
 * Finds the message in a binary document. This works if the bytes consist of one arm (see
 * `getDocumentArms`): its tag, its size, and the message. For other bytes, the result is the
 * document itself.
 *
 * @throws if the bytes do not start with a field.
 */
export function documentContent(document: DescMessage, binary: Uint8Array): DocumentContent {
  if (binary.length > 0) {
    const reader = new BinaryReader(binary);
    const [number, type] = reader.tag();
    const arm = getDocumentArms(document).find(({ field }) => field.number === number);
    if (arm !== undefined && type === WireType.LengthDelimited) {
      const size = reader.uint32();
      if (reader.pos + size === binary.length) {
        return { schema: arm.message, start: reader.pos };
      }
    }
  }
  return { schema: document, start: 0 };
}

/**
 * Returns the bytes before a message in a binary document.
 *
 * @param arm the field number of the arm that holds the message.
 * @param size the size of the message, in bytes.
 */
export function documentPrefix(arm: number, size: number): Uint8Array<ArrayBuffer> {
  return new BinaryWriter().tag(arm, WireType.LengthDelimited).uint32(size).finish();
}
