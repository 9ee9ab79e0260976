import type { DescMessage } from "@bufbuild/protobuf";
import {
  DocumentSchema,
  RunStepDeltaSchema,
  RunStepListSchema,
  RunStepSchema,
  StreamEventSchema,
} from "@stepwire/core";
import { documentContent } from "@stepwire/wire";
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

/** What the object is that stands in a binary `Document`. */
export function typeOf(document: Uint8Array): DocumentType {
  const { schema } = documentContent(DocumentSchema, document);
  return documentTypes.find((type) => schemas[type] === schema) ?? "other";
}

const documentTypes = Object.keys(schemas) as DocumentType[];
