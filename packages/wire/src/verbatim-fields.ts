import { type DescField, type DescMessage, getOption, ScalarType } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { JsonResidueSchema } from "@stepwire/mapping";
import { field as fieldOption } from "@stepwire/mapping/stepwire/json/v1/json_pb.js";
import { sse } from "@stepwire/mapping/stepwire/json/v1/sse_pb.js";

/** Why a field is kept verbatim; see `VerbatimBytes`. */
export type VerbatimKind = "residue" | "other" | "text" | "declared";

/** Returns why a field is kept verbatim; undefined if it is not. */
export function verbatimKind(field: DescField): VerbatimKind | undefined {
  let found = kinds.get(field);
  if (found === undefined) {
    found = { kind: findKind(field) };
    kinds.set(field, found);
  }
  return found.kind;
}

const kinds = new WeakMap<DescField, { readonly kind: VerbatimKind | undefined }>();

function findKind(field: DescField): VerbatimKind | undefined {
  const { anyOther, verbatim } = getOption(field, fieldOption);
  if (field.message?.typeName === JsonResidueSchema.typeName) {
    return "residue";
  }
  if (getOption(field, sse).text) {
    return "text";
  }
  if (anyOther) {
    return "other";
  }
  return verbatim ? "declared" : undefined;
}

/** What is needed of a field to find verbatim bytes in it. */
interface FieldPlan {
  readonly wireType: WireType;
  readonly kind: VerbatimKind | undefined;
  /** The fields of its value, if that is a message or a map entry. */
  readonly fields: (() => Fields) | undefined;
}

type Fields = ReadonlyMap<number, FieldPlan>;

const plans = new WeakMap<DescMessage, Fields>();

/** Returns the plans of the fields of a message. */
function fieldsOf(desc: DescMessage): Fields {
  let fields = plans.get(desc);
  if (fields === undefined) {
    fields = new Map(desc.fields.map((field) => [field.number, planField(field)]));
    plans.set(desc, fields);
  }
  return fields;
}

function planField(field: DescField): FieldPlan {
  const { message } = field;
  const kind = verbatimKind(field);
  if (field.fieldKind === "map") {
    const entry: Fields = new Map([
      [1, { wireType: wireTypeOf(field.mapKey), kind: undefined, fields: undefined }],
      [
        2,
        {
          wireType: field.mapKind === "scalar" ? wireTypeOf(field.scalar) : wireTypeOfKind(field),
          kind: undefined,
          fields: message && (() => fieldsOf(message)),
        },
      ],
    ]);
    return { wireType: WireType.LengthDelimited, kind, fields: () => entry };
  }
  return {
    wireType: field.scalar === undefined ? wireTypeOfKind(field) : wireTypeOf(field.scalar),
    kind,
    fields: message && (() => fieldsOf(message)),
  };
}

function wireTypeOfKind({ message }: DescField): WireType {
  return message === undefined ? WireType.Varint : WireType.LengthDelimited;
}

function wireTypeOf(scalar: ScalarType): WireType {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}

/**
 * Adds the bytes of verbatim fields to counts, without describing every field.
 *
 * @returns false if the bytes have anything unusual, such as an unknown or a packed field, or are
 * malformed; the counts are then incomplete.
 */
export function addVerbatim(
  desc: DescMessage,
  bytes: Uint8Array,
  counts: Record<VerbatimKind, number>,
): boolean {
  return new Scan(bytes, counts).message(0, bytes.length, fieldsOf(desc), 0);
}

/** The depth up to which no library refuses a message. */
const MAXIMUM_DEPTH = 100;

class Scan {
  readonly #bytes: Uint8Array;
  readonly #counts: Record<VerbatimKind, number>;
  #at = 0;

  constructor(bytes: Uint8Array, counts: Record<VerbatimKind, number>) {
    this.#bytes = bytes;
    this.#counts = counts;
  }

  message(from: number, end: number, fields: Fields, depth: number): boolean {
    if (depth > MAXIMUM_DEPTH) {
      return false;
    }
    this.#at = from;
    while (this.#at < end) {
      const start = this.#at;
      const tag = this.#varint(end);
      const plan = fields.get(tag >>> 3);
      if (plan === undefined || plan.wireType !== (tag & 7)) {
        return false;
      }
      const value = this.#value(plan.wireType, end);
      if (value < 0) {
        return false;
      }
      const valueEnd = this.#at;
      if (plan.kind !== undefined) {
        this.#counts[plan.kind] += valueEnd - start;
      } else if (plan.fields !== undefined) {
        if (!this.message(value, valueEnd, plan.fields(), depth + 1)) {
          return false;
        }
        this.#at = valueEnd;
      }
    }
    return this.#at === end;
  }

  /** Skips a value. Returns where its content starts, or -1 if it does not end before `end`. */
  #value(wireType: WireType, end: number): number {
    let size = 0;
    if (wireType === WireType.LengthDelimited) {
      size = this.#varint(end);
    } else if (wireType === WireType.Varint) {
      return this.#skipVarint(end) ? this.#at : -1;
    } else {
      size = wireType === WireType.Bit64 ? 8 : 4;
    }
    const start = this.#at;
    if (size < 0 || size > end - start) {
      return -1;
    }
    this.#at = start + size;
    return start;
  }

  #skipVarint(end: number): boolean {
    const bytes = this.#bytes;
    const last = Math.min(end, this.#at + 10);
    for (let at = this.#at; at < last; at++) {
      if ((bytes[at] ?? 0) < 0x80) {
        this.#at = at + 1;
        return true;
      }
    }
    return false;
  }

  /** Reads a number of up to 28 bits. Returns -1 for any other. */
  #varint(end: number): number {
    const bytes = this.#bytes;
    let value = 0;
    for (let shift = 0; shift < 28 && this.#at < end; shift += 7) {
      const byte = bytes[this.#at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
    return -1;
  }
}
