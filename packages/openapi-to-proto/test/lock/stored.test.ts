import { type DescMessage, fromBinary, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { fromOpenAI, toOpenAI } from "@stepwire/openai-json";
import { buildProtos, registryOf } from "@stepwire/testing";
import { expect, it } from "vitest";
import { assignNumbers } from "../../src/lock/assign.js";
import { emptyLock } from "../../src/lock/lock.js";
import { presenceOf } from "../../src/lock/presence.js";
import { printFiles } from "../../src/print/print.js";
import type { Declaration, FieldDeclaration } from "../../src/proto/model.js";
import type { NumberedFile } from "../../src/proto/numbered.js";
import { enumeration, enumType, field, file, message, messageType } from "../support/declare.js";

type Presence = "required" | "nullable" | "optional" | "absent";

const typeNames = [
  "text",
  "number",
  "flag",
  "bytes",
  "state",
  "lid",
  "list",
  "map",
  "json",
] as const;
type TypeName = (typeof typeNames)[number];

interface TypeCase {
  readonly field: FieldDeclaration;
  readonly value: JsonValue;
  readonly zero: JsonValue;
}

/** Fields by type, each with a value, and with the one that Protobuf does not store. */
const types: Readonly<Record<TypeName, TypeCase>> = {
  text: { field: field("f"), value: "a", zero: "" },
  number: { field: field("f", "double"), value: 1.5, zero: 0 },
  flag: { field: field("f", "bool"), value: true, zero: false },
  bytes: { field: field("f", "bytes"), value: "YQ==", zero: "" },
  state: { field: field("f", enumType("State")), value: "on", zero: "unknown" },
  lid: { field: field("f", messageType("Lid")), value: { a: "b" }, zero: {} },
  list: { field: field("f", "string", { label: "repeated" }), value: ["a"], zero: [] },
  map: { field: field("f", "string", { label: "map" }), value: { a: "b" }, zero: {} },
  json: { field: field("f", "string", { options: { verbatim: true } }), value: [1], zero: "" },
};
const presences: readonly Presence[] = ["required", "nullable", "optional", "absent"];

interface Case {
  readonly name: string;
  readonly type: TypeName;
  readonly before: Presence;
  readonly after: Presence;
}

const cases: readonly Case[] = typeNames.flatMap((type) =>
  presences.flatMap((before) =>
    presences.map((after) => ({ name: `${type}_${before}_${after}`, type, before, after })),
  ),
);

/** Declares all members as an import does, with the presence of before or that of after. */
function declare(side: "before" | "after"): readonly Declaration[] {
  const fields = cases.flatMap((each): FieldDeclaration[] => {
    const { [side]: presence, name, type } = each;
    if (presence === "absent") {
      return [];
    }
    const { field: base } = types[type];
    const isScalar = base.label === "singular" && base.type.kind !== "message";
    const declared: FieldDeclaration = {
      ...base,
      name,
      key: name,
      label: isScalar && presence !== "required" ? "optional" : base.label,
    };
    const isDefault = presenceOf(declared) === presence;
    return [isDefault ? declared : { ...declared, options: { ...declared.options, presence } }];
  });
  return [
    message("Kettle", fields),
    message("Lid", [field("a", "string", { label: "optional" })]),
    enumeration("State", ["on"]),
  ];
}

function kettleOf(files: readonly NumberedFile[]): DescMessage {
  const protos = printFiles(files, "").map(({ path, text }) => [path, text]);
  const registry = registryOf(buildProtos(Object.fromEntries(protos)));
  const kettle = registry.getMessage("acme.kettle.v1.Kettle");
  if (kettle === undefined) {
    throw new Error("there is no message Kettle");
  }
  return kettle;
}

const first = assignNumbers([file(declare("before"))], emptyLock);
const second = assignNumbers([file(declare("after"))], first.lock);
const [old, current] = [kettleOf(first.files), kettleOf(second.files)] as const;

/** The scalars whose zero is not stored, and that may be absent now: the report names them. */
const losses = new Set(
  second.changes.flatMap(({ place, isLoss }) => (isLoss ? [place.replace("Kettle.", "")] : [])),
);

it.each(["value", "zero", "null", "nothing"] as const)(
  "Binary of before reads as the same JSON, whatever is required now: members with %s",
  (content) => {
    const given = cases.filter(({ before }) => before !== "required" || content !== "nothing");
    const members = given.flatMap(({ name, type, before }): [string, JsonValue][] => {
      switch (content) {
        case "nothing":
          return [];
        case "null":
          return [[name, before === "required" ? types[type].value : null]];
        default:
          return [[name, types[type][content]]];
      }
    });
    const required = cases.filter(({ before }) => before === "required");
    const document = Object.fromEntries([
      ...required.map(({ name, type }): [string, JsonValue] => [name, types[type].value]),
      ...members,
    ]);
    const binary = toBinary(old, fromOpenAI(old, document));
    const json: Readonly<Record<string, JsonValue>> = toOpenAI(
      current,
      fromBinary(current, binary),
    );
    const isKept = ([name]: [string, JsonValue]): boolean => {
      const { after = "", before = "" } = cases.find((each) => each.name === name) ?? {};
      return (
        after !== "absent" && !(losses.has(name) && before === "required" && content === "zero")
      );
    };
    const expected = Object.fromEntries(Object.entries(document).filter((entry) => isKept(entry)));
    const found = Object.fromEntries(Object.entries(json).filter((entry) => isKept(entry)));
    expect(found).toEqual(expected);
  },
);

it("Only zeros of scalars that were required, and removed members, are lost", () => {
  const lost = cases.filter(({ type, before, after }) =>
    after === "absent"
      ? before !== "absent"
      : before === "required" &&
        after !== "required" &&
        ["text", "number", "flag", "bytes"].includes(type),
  );
  expect(losses).toEqual(new Set(lost.map(({ name }) => name)));
});
