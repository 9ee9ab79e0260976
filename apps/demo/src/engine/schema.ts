import type { DescMessage } from "@bufbuild/protobuf";
import {
  DocumentSchema,
  RunStepDeltaSchema,
  RunStepListSchema,
  RunStepSchema,
  StreamEventSchema,
} from "@stepwire/core";
import type { DocumentType } from "../model/conversion.js";

const schemas: Readonly<Record<DocumentType, DescMessage>> = {
  "run-step": RunStepSchema,
  "run-step-delta": RunStepDeltaSchema,
  "run-step-list": RunStepListSchema,
  event: StreamEventSchema,
  other: DocumentSchema,
};

/** The message that a document of a type is. */
export function schemaOf(type: DocumentType): DescMessage {
  return schemas[type];
}

/** Where the message of a known kind lies within a binary `Document`. */
export interface DocumentContent {
  readonly type: DocumentType;
  /** Where the message starts; the whole `Document` if the kind is unknown. */
  readonly start: number;
}

/**
 * Looks into a binary `Document`, which is nothing but the number of its arm, a
 * size, and the message.
 */
export function contentOf(document: Uint8Array): DocumentContent {
  const tag = readVarint(document, 0);
  const arm = DocumentSchema.fields.find(({ number }) => number === tag.value >>> 3);
  const type = documentTypes.find((each) => schemas[each] === arm?.message);
  return type === undefined
    ? { type: "other", start: 0 }
    : { type, start: readVarint(document, tag.end).end };
}

const documentTypes: readonly DocumentType[] = [
  "run-step",
  "run-step-list",
  "run-step-delta",
  "event",
];

/** A number of at most 32 bits. */
interface Varint {
  readonly value: number;
  readonly end: number;
}

function readVarint(bytes: Uint8Array, start: number): Varint {
  let value = 0;
  let end = start;
  let byte = 0x80;
  for (let shift = 0; byte >= 0x80; shift += 7) {
    byte = bytes[end++] ?? 0;
    value |= (byte & 0x7f) << shift;
  }
  return { value, end };
}
