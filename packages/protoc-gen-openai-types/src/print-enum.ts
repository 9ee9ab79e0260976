import type { GeneratedFile } from "@bufbuild/protoplugin";
import type { EnumMapping } from "@stepwire/mapping";
import { enumTypeName } from "./type-names.js";
import { unionType } from "./union-type.js";

/** Prints the union of the strings of an enum. */
export function printEnum(target: GeneratedFile, mapping: EnumMapping): void {
  const alternatives = [...mapping.numberByString].map(([string, number]) => ({
    described: mapping.desc.value[number],
    type: target.string(string),
  }));
  target.print(target.jsDoc(mapping.desc));
  target.print(
    target.export("type", enumTypeName(mapping)),
    " =",
    unionType(target, alternatives),
    ";\n",
  );
}
