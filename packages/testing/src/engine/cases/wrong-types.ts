import type { JsonObject } from "@bufbuild/protobuf";
import type { DocumentCase } from "../case.js";
import type { SchemaName } from "../schemas.js";
import { objectText, thingMembers } from "./support.js";

/** A value of each JSON type except null, with white space where it is allowed. */
const values: Readonly<Record<string, string>> = {
  boolean: "false",
  number: "-1.50",
  string: String.raw`"\u0041 b"`,
  array: "[ 1 , [ ] ]",
  object: `{ "a" : { } }`,
};

/** A field with a single value or a collection, and the surrounding object. */
interface Field {
  readonly schema: SchemaName;
  readonly member: string;
  /** The JSON type of the field. */
  readonly type: string;
  readonly path: string;
  readonly expected: string;
  readonly others: Readonly<Record<string, string>>;
  /** The message without this field. */
  readonly message: JsonObject;
}

const { color: _color, ...uncoloured } = thingMembers;
const { part: _part, ...partless } = thingMembers;
const { ended_at: _endedAt, ...endless } = thingMembers;
const thing = { id: "t", color: "COLOR_RED", part: {}, flag: true, score: 1.5 };
const { color: _red, ...uncolouredMessage } = thing;
const { part: _empty, ...partlessMessage } = thing;
const lists = {
  required_strings: "[]",
  colors: "null",
  booleans: "[]",
  values: "null",
  parts: "null",
  nullable_rows: "null",
  required_rows: "[]",
};
const maps = { values: "{}", parts: "null" };

const fields: readonly Field[] = [
  {
    schema: "Thing",
    member: "nickName",
    type: "string",
    path: "Thing.nick_name",
    expected: "a string",
    others: thingMembers,
    message: thing,
  },
  {
    schema: "Thing",
    member: "color",
    type: "string",
    path: "Thing.color",
    expected: `one of "red", "grey", "negative"`,
    others: uncoloured,
    message: uncolouredMessage,
  },
  {
    schema: "Thing",
    member: "optional_flag",
    type: "boolean",
    path: "Thing.optional_flag",
    expected: "true or false",
    others: thingMembers,
    message: thing,
  },
  {
    schema: "Thing",
    member: "ended_at",
    type: "number",
    path: "Thing.ended_at",
    expected: "an integer from -9223372036854775808 to 9223372036854775807",
    others: endless,
    message: thing,
  },
  {
    schema: "Maps",
    member: "doubles",
    type: "object",
    path: "Maps.doubles",
    expected: "an object",
    others: maps,
    message: {},
  },
  {
    schema: "Thing",
    member: "part",
    type: "object",
    path: "Part",
    expected: "an object",
    others: partless,
    message: partlessMessage,
  },
  {
    schema: "Thing",
    member: "choices",
    type: "array",
    path: "Thing.choices",
    expected: "an array",
    others: thingMembers,
    message: thing,
  },
  {
    schema: "Lists",
    member: "rows",
    type: "array",
    path: "Rows.rows",
    expected: "an array",
    others: lists,
    message: { requiredRows: {} },
  },
  {
    schema: "Lists",
    member: "strings",
    type: "array",
    path: "Lists.strings",
    expected: "an array",
    others: lists,
    message: { requiredRows: {} },
  },
];

/** Cases for known members whose JSON type is not that of their field. */
export const wrongTypeCases: readonly DocumentCase[] = fields.flatMap((field) =>
  Object.entries(values)
    .filter(([type]) => type !== field.type)
    .map(([type, value]) => wrongTypeCase(field, type, value)),
);

function wrongTypeCase(field: Field, type: string, value: string): DocumentCase {
  const { schema, member, path, expected, others, message } = field;
  // In the string, the space is part of the value.
  const text = type === "string" ? value : value.replaceAll(" ", "");
  return {
    name: `${path}: ${type}`,
    schema,
    json: objectText({ ...others, [member]: value }),
    message: { ...message, jsonResidue: { members: { [member]: text } } },
    violations: [["wrong_type", `/${member}`, path, { expected }]],
  };
}
