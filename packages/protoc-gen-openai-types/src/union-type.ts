import type { DescEnumValue, DescField } from "@bufbuild/protobuf";
import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";

/** One type of a union of types. */
export interface Alternative {
  /** The field or value whose comment describes the alternative, if there is one. */
  readonly described?: DescField | DescEnumValue | undefined;
  readonly type: Printable;
}

/** The indentation inside an alternative. */
export const ALTERNATIVE_INDENTATION = "    ";

/** Prints a union type, one alternative on each line, each after its comment. */
export function unionType(target: GeneratedFile, alternatives: readonly Alternative[]): Printable {
  if (alternatives.length === 0) {
    return " never";
  }
  return alternatives.map(({ described, type }) => [
    described === undefined ? "" : ["\n", target.jsDoc(described, "  ")],
    ["\n  | ", type],
  ]);
}
