import type { AnnotatedScalar, Annotation } from "@stepwire/wire";

/** The value of a field as a listing shows it. */
export interface DescribedContent {
  /** Separator between the field's path and the value. */
  readonly separator: " = " | "  ";
  readonly text: string;
  readonly format: "green" | "yellow" | "red" | "dim";
}

const HEXADECIMAL_BYTES = 32;

/** Returns a text for the content of a field. */
export function describeContent(
  { content, value, wireType }: Annotation,
  bytes: Uint8Array,
): DescribedContent {
  switch (content.kind) {
    case "message":
      return { separator: "  ", text: content.desc.name, format: "dim" };
    case "entry":
      return { separator: "  ", text: "entry of a map", format: "dim" };
    case "packed":
      return {
        separator: " = ",
        text: `[${content.values.map((each) => describeScalar(each, "")).join(", ")}]`,
        format: "yellow",
      };
    case "unknown": {
      const reason =
        content.expected === undefined
          ? "unknown field"
          : `unknown: ${wireType} where ${content.expected} is expected`;
      return { separator: "  ", text: `${reason}: ${dump(bytes, value)}`, format: "red" };
    }
    default:
      return {
        separator: " = ",
        text: describeScalar(content, dump(bytes, value)),
        format: content.kind === "string" ? "green" : "yellow",
      };
  }
}

function describeScalar(scalar: AnnotatedScalar, hexadecimal: string): string {
  switch (scalar.kind) {
    case "string":
      return JSON.stringify(scalar.value);
    case "enum":
      return scalar.name === undefined ? String(scalar.value) : `${scalar.name} (${scalar.value})`;
    case "bytes":
      return hexadecimal;
    default:
      return String(scalar.value);
  }
}

function dump(bytes: Uint8Array, { start, end }: Annotation["value"]): string {
  const shown = bytes.subarray(start, Math.min(end, start + HEXADECIMAL_BYTES));
  const more = end - start > HEXADECIMAL_BYTES ? "…" : "";
  return Buffer.from(shown).toString("hex") + more;
}
