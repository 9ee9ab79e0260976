import type {
  EnumDeclaration,
  FieldDeclaration,
  MessageDeclaration,
  OneofDeclaration,
  ProtoFile,
  ScalarName,
  TypeReference,
} from "../../src/proto/model.js";

/** Returns a file of the package `acme.kettle.v1`. */
export function file(
  declarations: ProtoFile["declarations"],
  path: string = "acme/kettle/v1/kettle.proto",
): ProtoFile {
  return { path, package: "acme.kettle.v1", declarations };
}

/** Returns a message with members, the schema of the same name. */
export function message(
  name: string,
  members: MessageDeclaration["members"],
  more: Partial<MessageDeclaration> = {},
): MessageDeclaration {
  return {
    kind: "message",
    name,
    comment: `The schema ${name}.`,
    source: `/components/schemas/${name}`,
    options: {},
    members,
    residue: true,
    ...more,
  };
}

/** Returns a field of a scalar type, or of another one. */
export function field(
  name: string,
  type: ScalarName | TypeReference = "string",
  more: Partial<FieldDeclaration> = {},
): FieldDeclaration {
  return {
    kind: "field",
    name,
    key: name,
    comment: `The member ${name}.`,
    label: "singular",
    type: typeof type === "string" ? { kind: "scalar", name: type } : type,
    options: {},
    ...more,
  };
}

/** Returns a oneof. */
export function oneof(
  name: string,
  shape: OneofDeclaration["shape"],
  fields: readonly FieldDeclaration[],
): OneofDeclaration {
  return { kind: "oneof", name, comment: "Exactly one is set.", shape, fields };
}

/** Returns an enum; its values have names made from the strings. */
export function enumeration(name: string, values: readonly string[]): EnumDeclaration {
  const prefix = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
  return {
    kind: "enum",
    name,
    comment: `The schema ${name}.`,
    source: `/components/schemas/${name}`,
    values: values.map((value) => ({
      name: `${prefix}_${value.toUpperCase()}`,
      value,
      comment: `The string "${value}".`,
    })),
  };
}

/** Returns a reference to a message of the import. */
export function messageType(name: string): TypeReference {
  return { kind: "message", name };
}

/** Returns a reference to an enum of the import. */
export function enumType(name: string): TypeReference {
  return { kind: "enum", name };
}
