import { MappingError } from "@stepwire/mapping";
import { buildSchemas } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { createAccumulator } from "../src/index.js";

const objects = `
  message Thing {
    string id = 1;
    optional string text = 2;
    repeated Thing things = 3;
    oneof choice {
      option (oneof) = { adjacent: { tag: "kind" content: "held" } };
      Payload held_payload = 4 [(field).tag_value = "payload"];
    }
    repeated uint32 numbers = 5;
    Content content = 6;
    OtherContent other_content = 7;
    RESIDUE
  }
  message Content {
    oneof content {
      option (oneof) = { kind: {} };
      string text = 1 [(merge) = MERGE_CONCATENATE, (merge_into) = "missing"];
      ThingList things = 2;
    }
  }
  message OtherContent { oneof content { option (oneof) = { kind: {} }; string text = 1; } }
  message ThingList {
    option (message).array = true;
    repeated Payload things = 1 [(merge) = MERGE_APPEND];
  }
  message Payload {
    string id = 1;
    Thing thing = 2;
    string text = 3 [(merge) = MERGE_CONCATENATE];
    uint32 index = 4;
    double score = 5;
    ThingDelta delta = 6;
    WrongDelta wrong_delta = 7;
    RESIDUE
  }
  message ThingDelta { optional string text = 1 [(merge) = MERGE_CONCATENATE]; RESIDUE }
  message WrongDelta { repeated WrongThing things = 1; RESIDUE }
  message WrongThing { uint32 index = 1 INDEX; MEMBER RESIDUE }
  message NoId { optional string name = 1; RESIDUE }
`;

/** The option of an arm with a message `Payload`, or the whole arm, and what is wrong with it. */
const mistakes: Readonly<Record<string, readonly [arm: string, message: string]>> = {
  no_effect: [
    '(event).object = "Thing"',
    "`effect` must be EFFECT_REPLACE, EFFECT_MERGE, EFFECT_END or EFFECT_FAIL",
  ],
  scalar_payload: [
    "string arm = 1 [(event).effect = EFFECT_REPLACE];",
    "an event about an object needs a message that is a JSON object",
  ],
  no_value: [
    '(event) = { effect: EFFECT_REPLACE value: "nothing" }',
    '`value` "nothing" is not a member of no_value.Payload',
  ],
  no_object: [
    '(event) = { effect: EFFECT_MERGE value: "delta" }',
    "`object` is missing; name the type of the object",
  ],
  unknown_object: [
    '(event) = { effect: EFFECT_MERGE value: "delta" object: "Other" }',
    '`object` "Other" is not a message; name the type of the object',
  ],
  other_object: [
    '(event) = { effect: EFFECT_REPLACE value: "delta" object: "Thing" }',
    "the value is not a other_object.Thing, which it replaces",
  ],
  no_id: [
    "NoId arm = 1 [(event).effect = EFFECT_REPLACE];",
    '"id", the identifier, is not a string member of no_id.NoId',
  ],
  number_as_id: [
    '(event) = { effect: EFFECT_MERGE object: "Thing" value: "delta" id: "index" }',
    '"index", the identifier, is not a string member of number_as_id.Payload',
  ],
  wrong_id: [
    '(event) = { effect: EFFECT_MERGE object: "Thing" value: "delta" id: "other" latest: true }',
    '"other", the identifier, is not a string member of wrong_id.Payload',
  ],
  scalar_delta: [
    '(event) = { effect: EFFECT_MERGE object: "Thing" value: "text" }',
    "the delta is not a message, which scalar_delta.Thing is",
  ],
  unnamed_object: [
    '(event) = { effect: EFFECT_REPLACE value: "thing" unnamed_with: "error" }',
    "`unnamed_with` is only for events that end the stream",
  ],
  end_of_object: [
    '(event) = { effect: EFFECT_END object: "Thing" }',
    "an event that ends the stream is about no object: only `unnamed_with` is allowed",
  ],
  end_of_stream: [
    "(event) = { effect: EFFECT_FAIL ends_stream: true }",
    "an event that ends the stream is about no object: only `unnamed_with` is allowed",
  ],
  closed_union: [
    '(event) = { effect: EFFECT_FAIL unnamed_with: "error" }',
    "`unnamed_with` needs an adjacent union with an `any_other` arm",
  ],
  no_member: [
    '(event) = { effect: EFFECT_REPLACE object: "Thing" value: "text" path: [{ member: "x" }] }',
    '`path`: "x" is not a member of no_member.Thing that can change',
  ],
  tag_member: [
    '(event) = { effect: EFFECT_REPLACE object: "Thing" value: "text" path: [{ member: "kind" }] }',
    '`path`: "kind" is not a member of tag_member.Thing that can change',
  ],
  adjacent_member: [
    '(event) = { effect: EFFECT_REPLACE object: "Thing" value: "text" path: [{ member: "held" }] }',
    '`path`: "held" is not a member of adjacent_member.Thing that can change',
  ],
  scalar_member: [
    `(event) = { effect: EFFECT_REPLACE object: "Thing" value: "text"
      path: [{ member: "text" }, { member: "x" }] }`,
    '`path`: "text" is not a JSON object',
  ],
  list_without_index: [
    `(event) = { effect: EFFECT_REPLACE object: "Thing" value: "text"
      path: [{ member: "things" }, { member: "text" }] }`,
    '`path`: "things" is a list and needs `index`',
  ],
  index_without_list: [
    `(event) = { effect: EFFECT_REPLACE object: "Thing" value: "text"
      path: [{ member: "text" index: "index" }] }`,
    '`path`: "text" is not a list, but has `index`',
  ],
  wrong_index: [
    `(event) = { effect: EFFECT_REPLACE object: "Thing" value: "thing"
      path: [{ member: "things" index: "score" }] }`,
    '`path.index` "score" is not an integer member of the payload',
  ],
  text_with_value: [
    `(event) = { effect: EFFECT_REPLACE object: "Thing" value: "text" text: "a"
      path: [{ member: "text" }] }`,
    "`text` needs EFFECT_REPLACE and `path`, and no `value`",
  ],
  text_as_delta: [
    '(event) = { effect: EFFECT_MERGE object: "Thing" text: "a" path: [{ member: "text" }] }',
    "`text` needs EFFECT_REPLACE and `path`, and no `value`",
  ],
  text_as_object: [
    '(event) = { effect: EFFECT_REPLACE object: "Payload" text: "a" }',
    "`text` needs EFFECT_REPLACE and `path`, and no `value`",
  ],
  text_for_list: [
    '(event) = { effect: EFFECT_REPLACE object: "Thing" text: "a" path: [{ member: "numbers" }] }',
    '`text`: the part of the object at `path` cannot be "a"',
  ],
  also_object: [
    `(event) = { effect: EFFECT_REPLACE value: "thing"
      also: { effect: EFFECT_REPLACE text: "a" path: [{ member: "text" }] } }`,
    "`also` is not for an event that replaces the whole object",
  ],
  also_more: [
    `(event) = { effect: EFFECT_REPLACE object: "Thing" text: "a" path: [{ member: "text" }]
      also: { effect: EFFECT_REPLACE object: "Thing" text: "a" path: [{ member: "text" }] } }`,
    "`also` has `effect`, `path` and `value` or `text`, and nothing else",
  ],
  also_whole: [
    `(event) = { effect: EFFECT_REPLACE object: "Thing" text: "a" path: [{ member: "text" }]
      also: { effect: EFFECT_REPLACE value: "thing" } }`,
    "`also` has `effect`, `path` and `value` or `text`, and nothing else",
  ],
  also_end: [
    `(event) = { effect: EFFECT_END
      also: { effect: EFFECT_REPLACE text: "a" path: [{ member: "text" }] } }`,
    "an event that ends the stream is about no object: only `unnamed_with` is allowed",
  ],
  wrong_value: [
    '(event) = { effect: EFFECT_REPLACE object: "Thing" value: "score" path: [{ member: "text" }] }',
    "the value has another type than the part of the object at `path`",
  ],
};

/** The fields of an element of a delta, and what is wrong with them. */
const deltaMistakes: Readonly<
  Record<string, readonly [index: string, member: string, path: string, message: string]>
> = {
  other_type: [
    "[(merge) = MERGE_INDEX]",
    "optional double text = 2;",
    "WrongThing.text",
    "the value has another type than what it changes",
  ],
  no_counterpart: [
    "[(merge) = MERGE_INDEX]",
    'optional string text = 2 [(merge_into) = "name"];',
    "WrongThing.text",
    'no counterpart "name" in no_counterpart.Thing',
  ],
  no_text: [
    "[(merge) = MERGE_INDEX]",
    "uint32 text = 2 [(merge) = MERGE_CONCATENATE];",
    "WrongThing.text",
    "MERGE_CONCATENATE is only for a string that changes a string, or bytes that change bytes",
  ],
  text_as_index: [
    "",
    "optional string text = 2 [(merge) = MERGE_INDEX];",
    "WrongThing.text",
    "MERGE_INDEX is only for an integer",
  ],
  number_as_identifier: [
    "[(merge) = MERGE_INDEX]",
    "optional double text = 2 [(merge) = MERGE_IDENTIFIER];",
    "WrongThing.text",
    "MERGE_IDENTIFIER is only for a string",
  ],
  nonzero_text: [
    "[(merge) = MERGE_INDEX]",
    "optional string text = 2 [(merge) = MERGE_NONZERO];",
    "WrongThing.text",
    "MERGE_NONZERO is only for an integer that changes an integer",
  ],
  appended_text: [
    "[(merge) = MERGE_INDEX]",
    "optional string text = 2 [(merge) = MERGE_APPEND];",
    "WrongThing.text",
    "MERGE_APPEND and MERGE_CONTINUE are only for a list that changes a list",
  ],
  appended_type: [
    "[(merge) = MERGE_INDEX]",
    "repeated WrongThing things = 2 [(merge) = MERGE_APPEND];",
    "WrongThing.things",
    "elements that are appended have the same type as those of the list",
  ],
  continued_number: [
    "[(merge) = MERGE_INDEX]",
    "repeated uint32 numbers = 2 [(merge) = MERGE_CONTINUE];",
    "WrongThing.numbers",
    "MERGE_CONTINUE is only for a list of messages",
  ],
  continued_union: [
    "[(merge) = MERGE_INDEX]",
    "repeated Thing things = 2 [(merge) = MERGE_CONTINUE];",
    "WrongThing.things",
    "MERGE_CONTINUE needs elements with one union, with an arm whose text or list is appended; continued_union.Thing has none",
  ],
  no_string_arm: [
    "[(merge) = MERGE_INDEX]",
    "Content content = 2;",
    "Content.text",
    '`merge_into` "missing" is no string arm in no_string_arm.Content',
  ],
  no_kind: [
    "[(merge) = MERGE_INDEX]",
    "Content other_content = 2;",
    "Content.things",
    "no counterpart in no_kind.OtherContent",
  ],
  no_index: [
    "",
    "optional string text = 2;",
    "WrongDelta.things",
    "elements of another type than what they change need MERGE_INDEX",
  ],
};

function schemaWith(arm: string): string {
  const whole = arm.startsWith("(") ? `Payload arm = 1 [${arm}];` : arm;
  return `${objects}
    message Event {
      oneof event {
        option (oneof).adjacent = { tag: "event" content: "data" };
        ${whole}
      }
      RESIDUE
    }`;
}

const several = schemaWith(`
  Payload first = 1 [(event).effect = EFFECT_MERGE];
  Payload second = 2 [(event) = { effect: EFFECT_END id: "x" }];
`);
const outside = `${objects}
  message Event {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      Thing thing = 1 [(event).effect = EFFECT_REPLACE];
    }
    Thing other = 2 [(event).effect = EFFECT_REPLACE];
    RESIDUE
  }`;
const wrongDelta = ([index, member]: readonly [string, string, ...string[]]): string =>
  schemaWith('(event) = { effect: EFFECT_MERGE object: "Thing" value: "wrong_delta" }')
    .replace("INDEX;", `${index};`)
    .replace("MEMBER", member);

const good = (schema: string): string => schema.replace("INDEX;", ";").replace("MEMBER", "");

const registry = buildSchemas({
  ...Object.fromEntries(
    Object.entries(mistakes).map(([name, [arm]]) => [name, good(schemaWith(arm))]),
  ),
  several: good(several),
  outside: good(outside),
  ...Object.fromEntries(
    Object.entries(deltaMistakes).map(([name, mistake]) => [name, wrongDelta(mistake)]),
  ),
  none: good(schemaWith("Payload arm = 1;")),
});

function problemsOf(name: string): { path: string; message: string }[] {
  const schema = registry.getMessage(`${name}.Event`) ?? expect.unreachable(name);
  // The second time, nothing may be left of the first.
  for (const attempt of [1, 2]) {
    try {
      createAccumulator(schema);
    } catch (reason) {
      if (reason instanceof MappingError && attempt === 2) {
        return [...reason.problems];
      }
      expect(reason).toBeInstanceOf(MappingError);
    }
  }
  return [];
}

describe("a schema that cannot be accumulated is refused", () => {
  it.each(Object.entries(mistakes))("for %s", (name, [, message]) => {
    expect(problemsOf(name)).toEqual([{ path: `${name}.Event.arm`, message }]);
  });

  it("with every mistake", () => {
    expect(problemsOf("several").map(({ path }) => path)).toEqual([
      "several.Event.first",
      "several.Event.second",
    ]);
  });

  it("where no field, or one that is no arm, says what events do", () => {
    const message = "(stepwire.json.v1.event) is only for the arms of one oneof";
    expect(problemsOf("outside")).toEqual([{ path: "outside.Event.other", message }]);
    expect(problemsOf("none")).toEqual([
      { path: "none.Event", message: "no field has the option (stepwire.json.v1.event)" },
    ]);
  });

  it.each(Object.entries(deltaMistakes))("for a delta with %s", (name, [, , path, message]) => {
    expect(problemsOf(name)).toEqual([{ path: `${name}.${path}`, message }]);
  });
});

it("reports `single` if other events are about one of several objects", () => {
  const schemas = buildSchemas({
    singles: `
      message Event {
        oneof event {
          option (oneof) = { adjacent: { tag: "event" content: "data" } };
          Thing one = 1 [(event) = { effect: EFFECT_REPLACE single: true }];
          Thing two = 2 [(event).effect = EFFECT_REPLACE];
          Other other = 3 [(event).effect = EFFECT_REPLACE];
        }
        RESIDUE
      }
      message Thing { string id = 1; RESIDUE }
      message Other { string id = 1; RESIDUE }`,
  });
  const schema = schemas.getMessage("singles.Event") ?? expect.unreachable();
  expect(() => createAccumulator(schema)).toThrow(
    new MappingError([
      {
        path: "singles.Event.one",
        message: "all events about Thing have `single`, or none",
      },
    ]),
  );
});

it("reports bytes in a list that an event appends to", () => {
  const schemas = buildSchemas({
    lists: `
      message Event {
        oneof event {
          option (oneof) = { adjacent: { tag: "event" content: "data" } };
          Part part = 1 [(event) = {
            effect: EFFECT_MERGE object: "Thing" value: "data" path: [{ member: "list" index: "index" }]
          }];
        }
        RESIDUE
      }
      message Part { string id = 1; uint32 index = 2; bytes data = 3 [(merge) = MERGE_CONCATENATE]; RESIDUE }
      message Thing { string id = 1; repeated bytes list = 2; RESIDUE }`,
  });
  const schema = schemas.getMessage("lists.Event") ?? expect.unreachable();
  expect(() => createAccumulator(schema)).toThrow(
    "`path`: bytes in a list are only replaced: EFFECT_REPLACE",
  );
});
