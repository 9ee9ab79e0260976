import type { DescMessage } from "@bufbuild/protobuf";
import { visitAnnotations } from "./annotate/annotate.js";
import { addVerbatim, verbatimKind } from "./verbatim-fields.js";

/** Number of bytes of a message that are text instead of typed fields, with tags and lengths. */
export interface VerbatimBytes {
  /** Residue: parts of JSON objects that the schema does not describe. */
  readonly residue: number;
  /** Arms for values of an unknown kind, as JSON text. */
  readonly other: number;
  /** Payloads of events that are not JSON. */
  readonly text: number;
  /** Fields that hold JSON text because the schema says so. */
  readonly declared: number;
}

/** Counts the bytes of a binary message that are kept verbatim. */
export function countVerbatim(schema: DescMessage, bytes: Uint8Array): VerbatimBytes {
  const quickly = { residue: 0, other: 0, text: 0, declared: 0 };
  if (addVerbatim(schema, bytes, quickly)) {
    return quickly;
  }
  const counts = { residue: 0, other: 0, text: 0, declared: 0 };
  // The fields inside a counted field are not counted again.
  let counted = 0;
  visitAnnotations(schema, bytes, {
    annotation: ({ field, tag, value }) => {
      const kind = field === undefined || tag.start < counted ? undefined : verbatimKind(field);
      if (kind !== undefined) {
        counts[kind] += value.end - tag.start;
        counted = value.end;
      }
    },
  });
  return counts;
}

/** Returns the number of bytes for data that the schema does not describe. */
export function undescribedBytes({ residue, other, text }: VerbatimBytes): number {
  return residue + other + text;
}
