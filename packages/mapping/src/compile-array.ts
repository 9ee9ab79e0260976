import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { checkOptions } from "./check-options.js";
import type { Compilation } from "./compilation.js";
import { compileValue } from "./compile-value.js";
import type { ArrayMapping } from "./model.js";
import { messageOptions } from "./options.js";

/** Compiles a message that is a JSON array: the list in its one repeated field. */
export function compileArray(compilation: Compilation, desc: DescMessage): ArrayMapping {
  const options = messageOptions(desc);
  const [field] = desc.fields;
  if (field?.fieldKind !== "list" || desc.fields.length !== 1) {
    compilation.report(desc, "`array` needs a message with one field, a repeated one");
  }
  if (options.constants.length > 0) {
    compilation.report(desc, "an array has no members; remove its constants");
  }
  if (field !== undefined) {
    checkOptions(compilation, field, "the field of an array", ["verbatim"]);
  }
  const value = field && compileValue(compilation, field);
  return {
    kind: "array",
    desc,
    schemaName: options.schemaName || desc.name,
    // If the message is wrong, that was reported above, and the placeholder is never used.
    field: field as DescField,
    element: value?.kind === "list" ? value.element : { kind: "any" },
  };
}
