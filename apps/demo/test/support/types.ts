import { getDocumentArms } from "@stepwire/mapping";
import { describeType, documentSchema } from "../../src/engine/schema.js";
import type { DocumentType } from "../../src/model/conversion.js";

/** The type of documents that has a name. */
export function typeNamed(name: string): DocumentType {
  const arm = getDocumentArms(documentSchema).find((each) => each.name === name);
  if (arm === undefined) {
    throw new Error(`no document is a ${name}`);
  }
  return describeType(arm.message);
}
