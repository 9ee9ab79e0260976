import type { DescField } from "@bufbuild/protobuf";
import type { Compilation } from "./compilation.js";
import { type FieldForm, FieldFormSchema } from "./gen/stepwire/json/v1/json_pb.js";
import { fieldOptions } from "./options.js";

/** The name of an option of a field. */
type OptionName = Exclude<keyof FieldForm, "$typeName" | "$unknown">;

/** Reports options of a field that have no meaning in its place. */
export function checkOptions(
  compilation: Compilation,
  field: DescField,
  place: string,
  meaningful: readonly OptionName[],
): void {
  const options = fieldOptions(field);
  for (const { localName, name } of FieldFormSchema.fields) {
    const option = localName as OptionName;
    if (options[option] && !meaningful.includes(option)) {
      compilation.report(field, `\`${name}\` means nothing on ${place}; remove it`);
    }
  }
}
