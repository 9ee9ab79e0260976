import type { FieldDeclaration, TypeReference } from "../proto/model.js";
import type { Fields } from "./fields.js";
import type { Schemas } from "./schemas.js";
import type { ObjectShape, Shape, UnionShape } from "./shape.js";
import { stringsOf } from "./tags.js";
import { toComparable, toSnakeCase } from "./words.js";

/** Returns the arms of a union, the last one for all values that no other arm takes. */
export function unionArms(union: UnionShape, fields: Fields, schemas: Schemas): FieldDeclaration[] {
  const taken = new Set<string>(["other"]);
  const arms: FieldDeclaration[] = [];
  for (const arm of union.arms) {
    const declared = armOf(union, arm, fields, schemas);
    if (declared !== undefined) {
      arms.push({
        kind: "field",
        name: unique(declared.name, taken),
        key: declared.key,
        comment: declared.comment,
        label: "singular",
        type: declared.type,
        options: {},
      });
    }
  }
  const onlyObjects = union.tag !== undefined && union.arms.every(({ kind }) => kind === "object");
  return [
    ...arms,
    {
      kind: "field",
      name: "other",
      key: "other",
      comment: onlyObjects ? "The text of any other JSON object." : "Any other JSON value.",
      label: "singular",
      type: { kind: "scalar", name: "string" },
      options: { verbatim: true, anyOther: true },
    },
  ];
}

interface Arm {
  readonly name: string;
  readonly key: string;
  readonly comment: string;
  readonly type: TypeReference;
}

/** Returns the arm for a shape; undefined if the arm for other values takes it. */
function armOf(union: UnionShape, arm: Shape, fields: Fields, schemas: Schemas): Arm | undefined {
  switch (arm.kind) {
    case "null":
      return {
        name: "null",
        key: "null",
        comment: "The value null.",
        type: {
          kind: "external",
          name: "google.protobuf.NullValue",
          path: "google/protobuf/struct.proto",
        },
      };
    case "scalar": {
      const { name, comment } = SCALARS[arm.name];
      return { name, key: name, comment, type: { kind: "scalar", name: arm.name } };
    }
    case "enum":
      return { name: "keyword", key: "enum", comment: "A known string.", type: fields.arm(arm) };
    case "array":
      return { name: "list", key: "array", comment: "An array.", type: fields.arm(arm) };
    case "object":
      return objectArm(union, arm, fields, schemas);
    default:
      return undefined;
  }
}

function objectArm(
  { tag, node }: UnionShape,
  arm: ObjectShape,
  fields: Fields,
  schemas: Schemas,
): Arm {
  const type = fields.arm(arm);
  if (tag === undefined) {
    const name = arm.node.hint.startsWith(node.hint) ? "object" : toSnakeCase(arm.node.hint);
    return { name, key: "object", comment: "An object.", type };
  }
  const member = arm.members.get(tag);
  const values = (member && stringsOf(member, schemas, 0)) ?? [];
  const name = toSnakeCase(values[0] ?? "");
  return {
    name: /^[a-z]/.test(name) ? name : toSnakeCase(arm.node.hint),
    key: `${tag}=${values[0] ?? ""}`,
    comment: `${tag} is ${values.map((value) => JSON.stringify(value)).join(" or ")}.`,
    type,
  };
}

const NUMBER = { name: "number", comment: "A number." } as const;
const INTEGER = { name: "number", comment: "An integer." } as const;

const SCALARS = {
  string: { name: "text", comment: "A string." },
  bytes: { name: "data", comment: "Bytes, as a string in base64." },
  bool: { name: "boolean", comment: "True or false." },
  double: NUMBER,
  int32: INTEGER,
  uint32: INTEGER,
  int64: INTEGER,
  uint64: INTEGER,
} as const;

function unique(name: string, taken: Set<string>): string {
  let result = name;
  for (let number = 2; taken.has(toComparable(result)); number++) {
    result = `${name}_${number}`;
  }
  taken.add(toComparable(result));
  return result;
}
