import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { checkOptions } from "./check-options.js";
import type { Compilation } from "./compilation.js";
import { fieldOptions } from "./options.js";

/** Checks the `any_other` arm of an inline union or a union by kind. */
export function checkVerbatimArm(
  compilation: Compilation,
  field: DescField,
  previous: DescField | undefined,
  union: string,
): void {
  checkOptions(compilation, field, "an arm with `any_other`", ["anyOther", "verbatim"]);
  if (previous !== undefined) {
    compilation.report(field, "another arm has `any_other` already");
  }
  if (!fieldOptions(field).verbatim || field.scalar !== ScalarType.STRING) {
    compilation.report(field, `\`any_other\` of ${union} is a verbatim string`);
  }
}
