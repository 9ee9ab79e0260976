import type { DescEnumValue, DescField } from "@bufbuild/protobuf";
import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";

/** One type of a union of types. */
export interface Alternative {
  /** What the comment of the alternative is about, if it has one. */
  readonly described?: DescField | DescEnumValue | undefined;
  readonly type: Printable;
}

/** The indentation of what stands inside an alternative. */
export const ALTERNATIVE_INDENTATION = "    ";

/** A union type, one alternative a line, behind its comment. */
export function unionType(target: GeneratedFile, alternatives: readonly Alternative[]): Printable {
  if (alternatives.length === 0) {
    return " never";
  }
  return alternatives.map(({ described, type }) => [
    described === undefined ? "" : ["\n", target.jsDoc(described, "  ")],
    ["\n  | ", type],
  ]);
}
