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

/** What the bytes of one field are. */
export type FieldType =
  | { readonly kind: "scalar"; readonly scalar: ScalarType }
  | { readonly kind: "enum"; readonly desc: DescEnum }
  | { readonly kind: "message"; readonly desc: DescMessage }
  | { readonly kind: "entry"; readonly key: ScalarType; readonly value: FieldType };

/** A field as the bytes show it: descriptors know no entries of maps, the bytes do. */
export interface FieldShape {
  readonly name: string;
  readonly repeated: boolean;
  readonly type: FieldType;
  /** Absent for the key and the value of a map's entry. */
  readonly field?: DescField;
}

/** Finds a field by its number. */
export type FindShape = (fieldNumber: number) => FieldShape | undefined;

/** The form of a message; it is looked up for each message in the bytes. */
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

/** The fields of a message. */
export function messageShapes(desc: DescMessage): FindShape {
  return messageShape(desc).find;
}

/** The two fields that an entry of a map has in the bytes. */
export function entryShapes({ key, value }: FieldType & { kind: "entry" }): FindShape {
  const shapes: readonly FieldShape[] = [
    { name: "key", repeated: false, type: { kind: "scalar", scalar: key } },
    { name: "value", repeated: false, type: value },
  ];
  return (fieldNumber) => shapes[fieldNumber - 1];
}

/** Whether the message is a JSON array, which its one field stands for. */
export function isArray(desc: DescMessage): boolean {
  return messageShape(desc).isArray;
}

/** How a single value of the type is written. */
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
