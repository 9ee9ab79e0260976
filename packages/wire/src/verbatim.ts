import { type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import { JsonResidueSchema } from "@stepwire/mapping";
import { field as fieldOption } from "@stepwire/mapping/stepwire/json/v1/json_pb.js";
import { sse } from "@stepwire/mapping/stepwire/json/v1/sse_pb.js";
import { visitAnnotations } from "./annotate/annotate.js";

/** Number of bytes of a message that are JSON text or other text instead of typed fields. */
export interface VerbatimBytes {
  /**
   * Bytes for data that the schema does not describe: residue, arms for values of an unknown kind,
   * and payloads of events that are not JSON. Tags and lengths are included.
   */
  readonly unknown: number;
  /** Bytes of fields that hold JSON text because the schema says so. */
  readonly declared: number;
}

/** Counts the bytes of a binary message that are kept verbatim. */
export function countVerbatim(schema: DescMessage, bytes: Uint8Array): VerbatimBytes {
  const counts = { unknown: 0, declared: 0 };
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

const kinds = new WeakMap<DescField, { readonly kind: keyof VerbatimBytes | undefined }>();

function verbatimKind(field: DescField): keyof VerbatimBytes | undefined {
  let found = kinds.get(field);
  if (found === undefined) {
    found = { kind: findKind(field) };
    kinds.set(field, found);
  }
  return found.kind;
}

function findKind(field: DescField): keyof VerbatimBytes | undefined {
  const { anyOther, verbatim } = getOption(field, fieldOption);
  const isResidue = field.message?.typeName === JsonResidueSchema.typeName;
  if (isResidue || anyOther || getOption(field, sse).text) {
    return "unknown";
  }
  return verbatim ? "declared" : undefined;
}
