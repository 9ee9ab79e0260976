import { describe, expect, it } from "vitest";
import {
  type ArrayMapping,
  type ByKindMapping,
  getMessageMapping,
  type InlineMapping,
  type MessageMapping,
  type ObjectMapping,
  type ValueMapping,
} from "../src/index.js";
import { buildSchemas } from "./build-schemas.js";
import { goodSchema } from "./good-schema.js";

const registry = buildSchemas({ good: goodSchema });

describe("an object", () => {
  const thing = objectMapping("Thing");

  it("has the name of the schema, else of the message", () => {
    expect(thing.schemaName).toBe("ThingObject");
    expect(objectMapping("Integers").schemaName).toBe("Integers");
  });

  it("has members in the order of the fields, and constants where they say", () => {
    expect(thing.members.slice(0, 4).map(({ kind, name }) => [kind, name])).toEqual([
      ["constant", "version"],
      ["field", "id"],
      ["constant", "object"],
      ["field", "nickName"],
    ]);
    expect(thing.memberByName.get("object")).toEqual({
      kind: "constant",
      name: "object",
      value: "thing",
      presence: "required",
    });
    expect(thing.memberByName.get("version")).toMatchObject({ presence: "optional" });
    expect([...thing.memberByName.keys()]).toEqual(thing.members.map(({ name }) => name));
  });

  it("keeps the residue out of the members", () => {
    expect(thing.residue.number).toBe(2047);
    expect(thing.memberByName.has("json_residue")).toBe(false);
  });

  it.each([
    ["id", "required"],
    ["nickName", "optional"],
    ["ended_at", "nullable"],
    ["color", "required"],
    ["background", "optional"],
    ["parent", "optional"],
    ["root", "required"],
    ["tags", "optional"],
    ["children", "required"],
    ["colors", "nullable"],
    ["metadata", "optional"],
    ["things", "required"],
    ["anything", "optional"],
    ["text", "required"],
  ])("%s is %s", (name, presence) => {
    expect(fieldMember(thing, name).presence).toBe(presence);
  });

  it.each([
    ["id", "string"],
    ["ended_at", "int64"],
    ["color", "enum good.Color"],
    ["parent", "message good.Thing"],
    ["tags", "string[]"],
    ["children", "message good.Thing[]"],
    ["colors", "enum good.Color[]"],
    ["metadata", "map of any"],
    ["things", "map of message good.Thing"],
    ["anything", "any"],
    ["text", "verbatim"],
    ["texts", "verbatim[]"],
    ["flag", "boolean"],
    ["score", "double"],
    ["rows", "message good.Rows"],
  ])("%s holds %s", (name, value) => {
    expect(describeValue(fieldMember(thing, name).value)).toBe(value);
  });

  it("may contain itself", () => {
    const { value } = fieldMember(thing, "parent");
    expect(value.kind === "message" && value.message).toBe(thing);
  });

  it("is read once", () => {
    expect(objectMapping("Thing")).toBe(thing);
  });
});

describe("an enum", () => {
  const { value } = fieldMember(objectMapping("Thing"), "color");
  const color = value.kind === "enum" ? value : expect.unreachable();

  it("has one string for each number; an alias needs none", () => {
    expect([...color.numberByString]).toEqual([
      ["red", 1],
      ["grey", 2],
    ]);
    expect([...color.stringByNumber]).toEqual([
      [1, "red"],
      [2, "grey"],
    ]);
  });

  it("is one object for all fields", () => {
    expect(fieldMember(objectMapping("Thing"), "background").value).toBe(color);
  });
});

describe("an integer", () => {
  it.each([
    ["a", "int32", -(2n ** 31n), 2n ** 31n - 1n],
    ["b", "uint32", 0n, 2n ** 32n - 1n],
    ["c", "sint32", -(2n ** 31n), 2n ** 31n - 1n],
    ["d", "fixed32", 0n, 2n ** 32n - 1n],
    ["e", "sfixed32", -(2n ** 31n), 2n ** 31n - 1n],
    ["f", "int64", -(2n ** 63n), 2n ** 63n - 1n],
    ["g", "uint64", 0n, 2n ** 64n - 1n],
    ["h", "sint64", -(2n ** 63n), 2n ** 63n - 1n],
    ["i", "fixed64", 0n, 2n ** 64n - 1n],
    ["j", "sfixed64", -(2n ** 63n), 2n ** 63n - 1n],
  ])("%s is %s, from %s to %s", (name, type, minimum, maximum) => {
    const { value } = fieldMember(objectMapping("Integers"), name);
    expect(value).toEqual({ kind: "integer", type, minimum, maximum });
  });
});

describe("an array", () => {
  it("is the list of its field", () => {
    const rows = arrayMapping("Rows");
    expect(rows.field.name).toBe("rows");
    expect(rows.schemaName).toBe("Rows");
    expect(describeValue(rows.element)).toBe("message good.Row");
  });

  it("may be the element of an array", () => {
    const { element } = arrayMapping("Rows");
    const row = element.kind === "message" ? element.message : expect.unreachable();
    expect(row).toBe(arrayMapping("Row"));
    expect(row.schemaName).toBe("TableRow");
    expect(describeValue(arrayMapping("Row").element)).toBe("int32");
  });
});

describe("a tagged union", () => {
  const call = objectMapping("Call");
  const [union, mood] = call.unions;

  it("has its tag and payloads where the oneof stands", () => {
    expect(call.members.map(({ kind, name }) => [kind, name])).toEqual([
      ["constant", "object"],
      ["field", "id"],
      ["tag", "type"],
      ["payload", "logs"],
      ["payload", "the_thing"],
      ["payload", "rows"],
      ["tag", "mood"],
      ["payload", "happy"],
      ["field", "last"],
    ]);
  });

  it("has arms with tag, member, presence, value and name", () => {
    expect(
      union?.arms.map(({ tagValue, name, presence, value, schemaName }) => [
        tagValue,
        name,
        presence,
        describeValue(value),
        schemaName,
      ]),
    ).toEqual([
      ["logs", "logs", "required", "string", undefined],
      ["a.thing", "the_thing", "nullable", "message good.Thing", "ThingCall"],
      ["rows", "rows", "optional", "message good.Rows", undefined],
    ]);
    expect(union?.armByTag.get("a.thing")).toBe(union?.arms[1]);
    expect(union).toMatchObject({ shape: "tagged", tag: "type", content: undefined });
  });

  it("has a tag that is required or optional", () => {
    expect(union?.tagPresence).toBe("required");
    expect(mood?.tagPresence).toBe("optional");
  });

  it("belongs to its members", () => {
    const tag = call.memberByName.get("type");
    expect(tag?.kind === "tag" && tag.union).toBe(union);
    const payload = call.memberByName.get("the_thing");
    expect(payload?.kind === "payload" && payload.arms).toEqual([union?.arms[1]]);
  });
});

describe("an adjacent union", () => {
  const event = objectMapping("Event");
  const [union] = event.unions;

  it("has one member for the payload of all arms", () => {
    expect(event.members).toEqual([
      { kind: "tag", name: "event", union },
      { kind: "payload", name: "data", union, arms: union?.arms },
    ]);
    expect(union?.arms.map(({ tagValue, name }) => [tagValue, name])).toEqual([
      ["thing.created", "data"],
      ["done", "data"],
    ]);
    expect(union).toMatchObject({ shape: "adjacent", tagPresence: "required", content: "data" });
  });

  it("has an arm for every other tag, which is no object of its own", () => {
    expect(union?.otherArm?.field.name).toBe("other");
    expect(union?.otherArm?.tagField.name).toBe("event");
    expect(union?.otherArm?.contentField.name).toBe("data");
  });
});

describe("an inline union", () => {
  const document = inlineMapping("Document");

  it("tells arms apart by the constant of their messages", () => {
    expect(
      [...document.armByTagValue].map(([constant, { field }]) => [constant, field.name]),
    ).toEqual([
      ["thing", "thing"],
      ["call", "call"],
    ]);
    expect(document.tag).toBe("object");
    expect(document.arms[0]?.payload.message).toBe(objectMapping("Thing"));
  });

  it("takes an adjacent union by that union's tag", () => {
    expect(document.adjacentArm?.field.name).toBe("event");
    expect(document.adjacentArm?.adjacentTag).toBe("event");
  });

  it("tells arms with the same constant apart by the elements of a list", () => {
    const lists = inlineMapping("Lists");
    expect(lists.list).toBe("data");
    expect(lists.armByTagValue.get("list")?.field.name).toBe("things");
    expect(
      [...(lists.armsByElement.get("list") ?? [])].map(([constant, { field }]) => [
        constant,
        field.name,
      ]),
    ).toEqual([
      ["thing", "things"],
      ["call", "calls"],
    ]);
    expect(lists.armsByElement.has("thing")).toBe(false);
    expect(document.list).toBeUndefined();
    expect(document.armsByElement.size).toBe(0);
  });

  it("selects an arm by every string of an enum", () => {
    const searched = inlineMapping("Searched");
    expect([...searched.armByTagValue].map(([value, { field }]) => [value, field.name])).toEqual([
      ["thing", "thing"],
      ["none", "search"],
      ["web", "search"],
      ["remark", "remark"],
      ["note", "note"],
    ]);
    expect(searched.arms.map(({ tagValues }) => tagValues)).toEqual([
      ["thing"],
      ["none", "web"],
      ["remark"],
      ["note"],
    ]);
    expect(
      [...(inlineMapping("SearchedLists").armsByElement.get("list") ?? [])].map(
        ([value, { field }]) => [value, field.name],
      ),
    ).toEqual([
      ["thing", "things"],
      ["none", "searches"],
      ["web", "searches"],
    ]);
  });

  it("has an arm for objects without the tag, if the schema says so", () => {
    expect(inlineMapping("Searched").armWithoutTag?.field.name).toBe("note");
    expect(inlineMapping("SearchedLists").armWithoutTag?.field.name).toBe("plain");
    expect(document.armWithoutTag).toBeUndefined();
  });

  it("tells adjacent unions apart by the values of their tag", () => {
    const lists = inlineMapping("Lists");
    expect([...lists.armByAdjacentTag].map(([value, { field }]) => [value, field.name])).toEqual([
      ["", "more_events"],
      ["done", "more_events"],
      ["thing.created", "event"],
    ]);
    expect(lists.adjacentArm?.field.name).toBe("event");
    expect(document.armByAdjacentTag.size).toBe(0);
  });

  it("takes any other object, if it has an arm for that", () => {
    expect(document.otherArm?.name).toBe("other");
    expect(inlineMapping("Closed").otherArm).toBeUndefined();
    expect(inlineMapping("Closed").adjacentArm).toBeUndefined();
  });

  it("has the name of the schema, else of the message", () => {
    expect(document.schemaName).toBe("Document");
    expect(inlineMapping("Closed").schemaName).toBe("ClosedDocument");
  });
});

describe("a union by kind", () => {
  const content = byKindMapping("Content");
  const chosen = byKindMapping("Chosen");

  it("has one arm for each JSON type", () => {
    expect([...content.armByKind].map(([kind, { field }]) => [kind, field.name])).toEqual([
      ["string", "text"],
      ["array", "rows"],
      ["object", "row"],
      ["null", "none"],
      ["number", "count"],
      ["boolean", "flag"],
    ]);
    expect(content.armByKind.get("object")?.value).toMatchObject({ kind: "message" });
    expect(content.armByKind.get("null")?.value).toEqual({ kind: "null" });
  });

  it("has an enum beside the arm for strings", () => {
    expect(content.enumArm?.field.name).toBe("color");
    expect(content.enumArm?.value.numberByString.get("red")).toBe(1);
    expect(chosen.enumArm).toBeUndefined();
  });

  it("takes any other value, if it has an arm for that", () => {
    expect(content.otherArm?.name).toBe("other");
    expect(content.arms.map(({ field }) => field.name)).not.toContain("other");
    expect(chosen.otherArm).toBeUndefined();
  });

  it("tells several objects apart as an inline union does", () => {
    expect(content.taggedObjects).toBeUndefined();
    expect(chosen.taggedObjects?.tag).toBe("object");
    expect([...(chosen.taggedObjects?.armByTagValue.keys() ?? [])]).toEqual(["thing", "call"]);
    expect(chosen.taggedObjects?.adjacentArm?.field.name).toBe("event");
    expect([...chosen.armByKind.keys()]).toEqual(["string"]);
    expect(chosen.armByKind.get("string")?.value).toEqual({ kind: "bytes" });
  });

  it("has the name of the schema, else of the message", () => {
    expect(content.schemaName).toBe("ThingContent");
    expect(chosen.schemaName).toBe("Chosen");
  });
});

function mappingOf(name: string): MessageMapping {
  return getMessageMapping(registry.getMessage(`good.${name}`) ?? expect.unreachable(name));
}

function objectMapping(name: string): ObjectMapping {
  const mapping = mappingOf(name);
  return mapping.kind === "object" ? mapping : expect.unreachable(`${name} is no object`);
}

function arrayMapping(name: string): ArrayMapping {
  const mapping = mappingOf(name);
  return mapping.kind === "array" ? mapping : expect.unreachable(`${name} is no array`);
}

function inlineMapping(name: string): InlineMapping {
  const mapping = mappingOf(name);
  return mapping.kind === "inline" ? mapping : expect.unreachable(`${name} is no inline union`);
}

function byKindMapping(name: string): ByKindMapping {
  const mapping = mappingOf(name);
  return mapping.kind === "byKind" ? mapping : expect.unreachable(`${name} is no union by kind`);
}

function fieldMember(mapping: ObjectMapping, name: string) {
  const member = mapping.memberByName.get(name);
  return member?.kind === "field" ? member : expect.unreachable(`${name} is no field`);
}

function describeValue(value: ValueMapping): string {
  switch (value.kind) {
    case "list":
      return `${describeValue(value.element)}[]`;
    case "map":
      return `map of ${describeValue(value.value)}`;
    case "enum":
    case "message":
      return `${value.kind} ${value.desc.typeName}`;
    case "integer":
      return value.type;
    default:
      return value.kind;
  }
}
