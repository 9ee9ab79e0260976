import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import avsc from "avsc";

/** Converts values of one message of `plain.proto` to Avro and back. */
export interface AvroCodec {
  /** @throws {Error} if a value does not fit the schema. */
  toBinary(value: unknown): Uint8Array;
  toValue(binary: Uint8Array): unknown;
}

/** A type in Avro's terms: a name, a union, or an object with the parts that its kind has. */
type AvroType = string | readonly AvroType[] | AvroObject;

interface AvroObject {
  readonly type: "record" | "array" | "map";
  readonly [part: string]: unknown;
}

/**
 * Creates a codec for a message of the plain schema, in Avro's terms: every singular field may be
 * null, and values of unknown shape are JSON text, because Avro has no type for them.
 */
export function createAvroCodec(schema: DescMessage): AvroCodec {
  // Its types have no schema of unions whose members are computed.
  const type = avsc.Type.forSchema(recordOf(schema, new Set()) as avsc.Schema);
  return {
    toBinary: (value) => type.toBuffer(toRecord(schema, value)),
    toValue: (binary) => fromRecord(schema, type.fromBuffer(Buffer.from(binary))),
  };
}

/** Returns the record of a message; its name alone if the schema has defined it before. */
function recordOf(desc: DescMessage, defined: Set<string>): AvroType {
  const name = desc.typeName.replaceAll(".", "_");
  if (defined.has(name)) {
    return name;
  }
  defined.add(name);
  const fields = desc.fields.map((field) => ({
    name: field.name,
    ...typeOf(field, defined),
  }));
  return { type: "record", name, fields };
}

function typeOf(
  field: DescField,
  defined: Set<string>,
): { readonly type: AvroType; readonly default?: unknown } {
  switch (field.fieldKind) {
    case "list":
      return { type: { type: "array", items: elementOf(field, defined) }, default: [] };
    case "map":
      return { type: { type: "map", values: "string" }, default: {} };
    default:
      return { type: ["null", elementOf(field, defined)], default: null };
  }
}

function elementOf(field: DescField, defined: Set<string>): AvroType {
  if (field.message !== undefined) {
    return isAny(field.message) ? "string" : recordOf(field.message, defined);
  }
  switch (field.scalar) {
    case ScalarType.STRING:
      return "string";
    case ScalarType.BOOL:
      return "boolean";
    case ScalarType.DOUBLE:
      return "double";
    case ScalarType.INT64:
    case ScalarType.UINT32:
      return "long";
    default:
      throw new TypeError(`${field.parent.typeName}.${field.name}: no type for it in Avro here`);
  }
}

function isAny({ typeName }: DescMessage): boolean {
  return typeName.startsWith("google.protobuf.");
}

type Values = Readonly<Record<string, unknown>>;

function toRecord(desc: DescMessage, value: unknown): Values {
  const members = value as Values;
  return Object.fromEntries(
    desc.fields.map((field) => [field.name, toField(field, members[field.name])]),
  );
}

function toField(field: DescField, value: unknown): unknown {
  if (field.fieldKind === "list") {
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    return list.map((each) => toElement(field, each));
  }
  if (field.fieldKind === "map") {
    return value ?? {};
  }
  return value === undefined || value === null ? null : toElement(field, value);
}

function toElement({ message }: DescField, value: unknown): unknown {
  if (message === undefined) {
    return value;
  }
  return isAny(message) ? JSON.stringify(value) : toRecord(message, value);
}

/** Leaves out what is null or empty, which is how most documents have it. */
function fromRecord(desc: DescMessage, record: unknown): Values {
  const values = record as Values;
  const members = desc.fields.flatMap((field) => {
    const value = fromField(field, values[field.name]);
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return Object.fromEntries(members);
}

function fromField(field: DescField, value: unknown): unknown {
  if (field.fieldKind === "list") {
    const list = value as readonly unknown[];
    return list.length === 0 ? undefined : list.map((each) => fromElement(field, each));
  }
  if (field.fieldKind === "map") {
    return Object.keys(value as Values).length === 0 ? undefined : value;
  }
  return value === null ? undefined : fromElement(field, value);
}

function fromElement({ message }: DescField, value: unknown): unknown {
  if (message === undefined) {
    return value;
  }
  return isAny(message) ? JSON.parse(String(value)) : fromRecord(message, value);
}
