import type { ValueMapping } from "@stepwire/mapping";

/** Whether the decoder and encoder of a value take its place as a member's name. */
export function isScalar({ kind }: ValueMapping): boolean {
  return (
    kind === "string" ||
    kind === "boolean" ||
    kind === "double" ||
    kind === "integer" ||
    kind === "enum"
  );
}
