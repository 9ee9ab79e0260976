import {
  type DescEnum,
  type DescField,
  type DescMessage,
  getOption,
  type ScalarType,
} from "@bufbuild/protobuf";
import { message as messageForm } from "@stepwire/mapping/stepwire/json/v1/json_pb.js";
import type { WireTypeName } from "./annotation.js";
import { scalarWireType } from "./scalar.js";

/** The type of a field's value. */
export type FieldType =
  | { readonly kind: "scalar"; readonly scalar: ScalarType }
  | { readonly kind: "enum"; readonly desc: DescEnum }
  | { readonly kind: "message"; readonly desc: DescMessage }
  | { readonly kind: "entry"; readonly key: ScalarType; readonly value: FieldType };

/** A field of the binary form. Unlike a descriptor, it can also be the key or value of a map entry. */
export interface FieldShape {
  readonly name: string;
  readonly repeated: boolean;
  readonly type: FieldType;
  /** Absent for the key and value of a map entry. */
  readonly field?: DescField;
}

/** Finds a field by its number. */
export type FindShape = (fieldNumber: number) => FieldShape | undefined;

/** The fields of a message type, cached because each message in the bytes looks them up. */
interface MessageShape {
  readonly find: FindShape;
  readonly isArray: boolean;
}

const shapes = new WeakMap<DescMessage, MessageShape>();

function messageShape(desc: DescMessage): MessageShape {
  let shape = shapes.get(desc);
  if (shape === undefined) {
    const fields = new Map(desc.fields.map((field) => [field.number, fieldShape(field)]));
    shape = {
      find: (fieldNumber) => fields.get(fieldNumber),
      isArray: getOption(desc, messageForm).array,
    };
    shapes.set(desc, shape);
  }
  return shape;
}

function fieldShape(field: DescField): FieldShape {
  return {
    name: field.name,
    repeated: field.fieldKind === "list",
    type: fieldType(field),
    field,
  };
}

/** Returns the fields of a message. */
export function messageShapes(desc: DescMessage): FindShape {
  return messageShape(desc).find;
}

/** Returns the two fields of a map entry. */
export function entryShapes({ key, value }: FieldType & { kind: "entry" }): FindShape {
  const shapes: readonly FieldShape[] = [
    { name: "key", repeated: false, type: { kind: "scalar", scalar: key } },
    { name: "value", repeated: false, type: value },
  ];
  return (fieldNumber) => shapes[fieldNumber - 1];
}

/** Returns whether the message is a JSON array, whose elements are its one field. */
export function isArray(desc: DescMessage): boolean {
  return messageShape(desc).isArray;
}

/** Returns the wire type of a single value. */
export function typeWireType(type: FieldType): WireTypeName {
  switch (type.kind) {
    case "scalar":
      return scalarWireType(type.scalar);
    case "enum":
      return "VARINT";
    default:
      return "LEN";
  }
}

function fieldType(field: DescField): FieldType {
  switch (field.fieldKind) {
    case "scalar":
      return { kind: "scalar", scalar: field.scalar };
    case "enum":
      return { kind: "enum", desc: field.enum };
    case "message":
      return { kind: "message", desc: field.message };
    case "list":
      return elementType(field.listKind, field);
    case "map":
      return { kind: "entry", key: field.mapKey, value: elementType(field.mapKind, field) };
  }
}

function elementType(
  kind: "scalar" | "enum" | "message",
  { scalar, enum: desc, message }: DescField,
): FieldType {
  if (kind === "message" && message !== undefined) {
    return { kind, desc: message };
  }
  if (kind === "enum" && desc !== undefined) {
    return { kind, desc };
  }
  if (kind === "scalar" && scalar !== undefined) {
    return { kind, scalar };
  }
  throw new TypeError(`a descriptor without its ${kind} type`);
}
