import type { DocumentType, Mode } from "../model/conversion.js";

/** The schema that a document's code imports. */
export function schemaName(type: DocumentType): string {
  switch (type) {
    case "run-step":
      return "RunStepSchema";
    case "run-step-list":
      return "RunStepListSchema";
    case "run-step-delta":
      return "RunStepDeltaSchema";
    case "event":
      return "StreamEventSchema";
    case "other":
      return "DocumentSchema";
  }
}

/** The argument that chooses a mode; nothing for the default. */
export function modeArgument(mode: Mode): string {
  return mode === "preserve" ? "" : `, { mode: "${mode}" }`;
}
