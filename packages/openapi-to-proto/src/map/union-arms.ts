import type { MemberConfig } from "../config/config.js";
import type { FieldDeclaration, TypeReference } from "../proto/model.js";
import type { Comments } from "./comments.js";
import type { Fields } from "./fields.js";
import { inOrder } from "./order.js";
import type { Schemas } from "./schemas.js";
import type { ObjectShape, Shape, UnionShape } from "./shape.js";
import { stringsOf } from "./tags.js";
import { toComparable, toSnakeCase } from "./words.js";

/** What the arms of unions are mapped with. */
export interface ArmContext {
  readonly fields: Fields;
  readonly schemas: Schemas;
  readonly comments: Comments;
  /** Reports a key of the config that is about no arm, with its place below that of the schema. */
  readonly unused: (key: string, place: readonly string[]) => void;
}

/**
 * Returns the arms of a union, the last one for all values that no other arm takes.
 *
 * @param choices what the config says about the arms, by the tag's value or the JSON type
 * @param order the arms that come first, by the same names
 */
export function unionArms(
  union: UnionShape,
  choices: ReadonlyMap<string, MemberConfig>,
  order: readonly string[],
  context: ArmContext,
): FieldDeclaration[] {
  const arms = inOrder(
    union.arms.flatMap((arm) => armOf(union, arm, context) ?? []),
    ({ key, value = key }) => value,
    order,
    context.unused,
  );
  const onlyObjects = union.tag !== undefined && union.arms.every(({ kind }) => kind === "object");
  const other = onlyObjects ? "The text of any other JSON object." : "Any other JSON value.";
  const all: Arm[] = [
    ...arms,
    {
      name: "other",
      key: "other",
      comment: context.comments.fact(other),
      type: { kind: "scalar", name: "string" },
      options: { verbatim: true, anyOther: true },
    },
  ];
  const keys = new Set(all.map(({ key, value = key }) => value));
  for (const key of choices.keys()) {
    if (!keys.has(key)) {
      context.unused(key, ["members", key]);
    }
  }
  return nameArms(all, choices);
}

/** An arm before the choices of the config. */
export interface Arm {
  readonly name: string;
  /** The key in the lock file. */
  readonly key: string;
  /** The key in the config, if it is another one: the tag's value. */
  readonly value?: string;
  readonly comment: string;
  readonly type: TypeReference;
  readonly options?: FieldDeclaration["options"];
}

/** Returns the fields of arms, with the names and options of the config. */
export function nameArms(
  arms: readonly Arm[],
  choices: ReadonlyMap<string, MemberConfig>,
): FieldDeclaration[] {
  const chosen = arms.flatMap(({ key, value = key }) => choices.get(value)?.name ?? []);
  const taken = new Set(chosen.map(toComparable));
  return arms.map(({ name, key, value = key, comment, type, options = {} }) => {
    const choice = choices.get(value) ?? {};
    return {
      kind: "field",
      name: choice.name ?? unique(name, taken),
      key,
      ...(choice.renamedFrom !== undefined && { renamedFrom: choice.renamedFrom }),
      ...(choice.name !== undefined && { isNamed: true }),
      comment: choice.comment ?? comment,
      label: "singular",
      type,
      options: {
        ...options,
        ...(choice.presence !== undefined && { presence: choice.presence }),
        ...(choice.options !== undefined && { further: choice.options }),
      },
    };
  });
}

function unique(name: string, taken: Set<string>): string {
  let result = name;
  for (let number = 2; taken.has(toComparable(result)); number++) {
    result = `${name}_${number}`;
  }
  taken.add(toComparable(result));
  return result;
}

/** Returns the arm for a shape; undefined if the arm for other values takes it. */
function armOf(union: UnionShape, arm: Shape, context: ArmContext): Arm | undefined {
  const { fields, comments } = context;
  switch (arm.kind) {
    case "null":
      return {
        name: "null",
        key: "null",
        comment: comments.fact("The value null."),
        type: {
          kind: "external",
          name: "google.protobuf.NullValue",
          path: "google/protobuf/struct.proto",
        },
      };
    case "scalar": {
      const { name, key, comment } = SCALARS[arm.name];
      return {
        name,
        key,
        comment: comments.fact(comment),
        type: { kind: "scalar", name: arm.name },
      };
    }
    case "enum": {
      const comment = comments.arm(arm, "One of the known strings.");
      return { name: "keyword", key: "enum", comment, type: fields.arm(arm) };
    }
    case "array": {
      const comment = comments.arm(arm, "An array.");
      return { name: "list", key: "array", comment, type: fields.arm(arm) };
    }
    case "object":
      return union.tag === undefined
        ? onlyObject(union, arm, context)
        : taggedObject(union, union.tag, arm, context);
    default:
      return undefined;
  }
}

function onlyObject({ node }: UnionShape, arm: ObjectShape, { fields, comments }: ArmContext): Arm {
  return {
    name: nameOf(arm, node.hint),
    key: "object",
    comment: comments.arm(arm, "An object."),
    type: fields.arm(arm),
  };
}

function taggedObject(
  { node, withoutTag }: UnionShape,
  tag: string,
  arm: ObjectShape,
  { fields, schemas, comments }: ArmContext,
): Arm {
  const member = arm.members.get(tag);
  const values = (member && stringsOf(member, schemas)) ?? [];
  const [value = ""] = values;
  const name = toSnakeCase(value);
  const comment =
    values.length === 0
      ? `Objects without the member ${JSON.stringify(tag)}.`
      : `The member ${JSON.stringify(tag)} is ${values.map((each) => JSON.stringify(each)).join(" or ")}.`;
  return {
    name: /^[a-z]/.test(name) ? name : nameOf(arm, node.hint),
    key: value === "" ? "object" : `${tag}=${value}`,
    ...(value !== "" && { value }),
    comment: comments.arm(arm, comment),
    type: fields.arm(arm),
    options: withoutTag === arm ? { withoutTag: true } : {},
  };
}

/** Returns the name of an arm for objects: that of the schema, if it has one of its own. */
function nameOf({ node }: ObjectShape, union: string): string {
  return node.hint.startsWith(union) ? "object" : toSnakeCase(node.hint);
}

const NUMBER = { name: "number", key: "number", comment: "A number." } as const;
const INTEGER = { name: "number", key: "number", comment: "An integer." } as const;

const SCALARS = {
  string: { name: "text", key: "string", comment: "A string." },
  bytes: { name: "data", key: "string", comment: "Bytes, as a string in base64." },
  bool: { name: "boolean", key: "boolean", comment: "True or false." },
  double: NUMBER,
  int32: INTEGER,
  uint32: INTEGER,
  int64: INTEGER,
  uint64: INTEGER,
} as const;
