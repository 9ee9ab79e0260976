import type { DescMessage } from "@bufbuild/protobuf";
import {
  DocumentSchema,
  RunStepDeltaSchema,
  RunStepListSchema,
  RunStepSchema,
  StreamEventSchema,
} from "@stepwire/core";

/** What the command line calls a top-level message. */
export type DocumentType = "run-step" | "run-step-delta" | "run-step-list" | "event" | "document";

const schemas: Readonly<Record<DocumentType, DescMessage>> = {
  "run-step": RunStepSchema,
  "run-step-delta": RunStepDeltaSchema,
  "run-step-list": RunStepListSchema,
  event: StreamEventSchema,
  document: DocumentSchema,
};

/** All types, in the order in which help lists them. */
export const documentTypes: readonly DocumentType[] = [
  "run-step",
  "run-step-delta",
  "run-step-list",
  "event",
  "document",
];

/** The message of a type. */
export function schemaOf(type: DocumentType): DescMessage {
  return schemas[type];
}

/** The type that a message is of. */
export function typeOf(schema: DescMessage): DocumentType | undefined {
  return documentTypes.find((type) => schemas[type] === schema);
}
