import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { type AnnotatedScalar, type Annotation, annotate, type ByteRange } from "@stepwire/wire";
import type { BinaryField, FieldKind } from "../model/conversion.js";
import { linkToJson } from "./pointers.js";

const SHOWN_CHARACTERS = 400;

/** Explains the bytes of one message that starts at an offset among others. */
export function describeFields(
  schema: DescMessage,
  bytes: Uint8Array,
  offset: number,
  document: number,
): BinaryField[] {
  const { annotations } = annotate(schema, bytes);
  const links = linkToJson(schema, annotations);
  return annotations.map((annotation, index) => {
    const { tag, length, value, path, depth, fieldNumber, wireType } = annotation;
    return {
      path,
      depth,
      fieldNumber,
      wireType,
      type: typeName(annotation),
      kind: kindOf(annotation),
      tag: shift(tag, offset),
      ...(length && { length: shift(length, offset) }),
      value: shift(value, offset),
      text: describeContent(annotation, bytes),
      document,
      ...(links[index] ?? { pointers: [], isResidue: false }),
    };
  });
}

function shift({ start, end }: ByteRange, offset: number): ByteRange {
  return { start: start + offset, end: end + offset };
}

function kindOf({ content }: Annotation): FieldKind {
  switch (content.kind) {
    case "entry":
      return "message";
    case "packed":
      return "number";
    default:
      return content.kind;
  }
}

function typeName({ field, content }: Annotation): string {
  if (content.kind === "message") {
    return content.desc.name;
  }
  if (content.kind === "enum") {
    return content.desc.name;
  }
  return field === undefined ? content.kind : fieldTypeName(field);
}

function fieldTypeName(field: DescField): string {
  switch (field.fieldKind) {
    case "map":
      return `map<${scalarName(field.mapKey)}, ${elementName(field)}>`;
    case "list":
      return `repeated ${elementName(field)}`;
    default:
      return elementName(field);
  }
}

function elementName({ scalar, enum: enumeration, message }: DescField): string {
  return message?.name ?? enumeration?.name ?? scalarName(scalar ?? ScalarType.BYTES);
}

function scalarName(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}

function describeContent({ content, value }: Annotation, bytes: Uint8Array): string {
  switch (content.kind) {
    case "message":
    case "entry": {
      const size = value.end - value.start;
      return `${size} ${size === 1 ? "byte" : "bytes"}`;
    }
    case "packed":
      return `[${content.values.map((each) => describeScalar(each, "")).join(", ")}]`;
    case "unknown":
      return hexadecimal(bytes.subarray(value.start, value.end));
    default:
      return describeScalar(content, hexadecimal(bytes.subarray(value.start, value.end)));
  }
}

function describeScalar(scalar: AnnotatedScalar, bytes: string): string {
  switch (scalar.kind) {
    case "string":
      return JSON.stringify(
        scalar.value.length <= SHOWN_CHARACTERS
          ? scalar.value
          : `${scalar.value.slice(0, SHOWN_CHARACTERS)}…`,
      );
    case "enum":
      return scalar.name === undefined ? String(scalar.value) : `${scalar.name} (${scalar.value})`;
    case "bytes":
      return bytes;
    default:
      return String(scalar.value);
  }
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 32), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
