import { describe, expect, it } from "vitest";
import { assignNumbers } from "../../src/lock/assign.js";
import { emptyLock } from "../../src/lock/lock.js";
import { readLock } from "../../src/lock/read.js";
import { writeLock } from "../../src/lock/write.js";
import { printFiles } from "../../src/print/print.js";
import type {
  ConstantOption,
  FieldDeclaration,
  MessageDeclaration,
  TypeReference,
} from "../../src/proto/model.js";
import { enumeration, enumType, field, file, message, messageType } from "../support/declare.js";

/** Imports two versions of a message. Returns the second one without comments, and the changes. */
function reimport(before: MessageDeclaration, after: MessageDeclaration): [string, string[]] {
  const states = enumeration("State", []);
  const first = assignNumbers([file([before, states])], emptyLock);
  const lock = readLock(writeLock(first.lock));
  const second = assignNumbers([file([after, states])], lock);
  const [printed] = printFiles(second.files, "");
  const again = assignNumbers([file([after, states])], readLock(writeLock(second.lock)));
  expect(printFiles(again.files, "")).toEqual([printed]);
  const text = (printed?.text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) =>
      /^(?:reserved|optional|repeated|map|[A-Z][a-z]\w+|string|double) .*;$/.test(line),
    )
    .join("\n");
  return [
    text,
    second.changes.map(({ place, change, isLoss }) => `${isLoss ? "!" : ""}${place} ${change}`),
  ];
}

type Presence = "required" | "nullable" | "optional" | "empty";

/** Declares a field as the import does. */
function declared(type: TypeReference | "list" | "string", presence: Presence): FieldDeclaration {
  const base = type === "list" ? field("f", "string", { label: "repeated" }) : field("f", type);
  const isScalar = base.label === "singular" && base.type.kind !== "message";
  const isDefault = presence === (isScalar && presence === "required" ? "required" : "optional");
  return {
    ...base,
    label: isScalar && presence !== "required" ? "optional" : base.label,
    options: isDefault ? {} : { presence },
  };
}

const NULLABLE = " [(stepwire.json.v1.field).presence = PRESENCE_NULLABLE]";
const REQUIRED = " [(stepwire.json.v1.field).presence = PRESENCE_REQUIRED]";
const EMPTY = " [(stepwire.json.v1.field).presence = PRESENCE_EMPTY]";

describe("An unset field", () => {
  it.each<[Parameters<typeof declared>[0], Presence, Presence, string]>([
    ["string", "optional", "required", "optional string f = 1;"],
    ["string", "nullable", "required", `optional string f = 1${NULLABLE};`],
    ["string", "nullable", "optional", `optional string f = 1${NULLABLE};`],
    ["string", "optional", "nullable", "optional string f = 1;"],
    [enumType("State"), "required", "optional", "optional State f = 1;"],
    [enumType("State"), "required", "nullable", "optional State f = 1;"],
    [messageType("Kettle"), "optional", "required", "Kettle f = 1;"],
    [messageType("Kettle"), "required", "nullable", "Kettle f = 1;"],
    [messageType("Kettle"), "required", "required", `Kettle f = 1${REQUIRED};`],
    ["list", "required", "optional", `repeated string f = 1${EMPTY};`],
    ["list", "required", "nullable", `repeated string f = 1${EMPTY};`],
    ["list", "optional", "required", "repeated string f = 1;"],
    ["list", "nullable", "required", `repeated string f = 1${NULLABLE};`],
  ])("of %j keeps its meaning from %s to %s", (type, before, after, text) => {
    const version = (presence: Presence) => message("Kettle", [declared(type, presence)]);
    expect(reimport(version(before), version(after))).toEqual([text, []]);
  });

  it("of a required scalar loses 0 and the empty text, which the report says", () => {
    const version = (presence: Presence) => message("Kettle", [declared("string", presence)]);
    expect(reimport(version("required"), version("optional"))).toEqual([
      "optional string f = 1;",
      [
        '!Kettle.f is not required any more: binary written before reads as if 0, false and "" were absent',
      ],
    ]);
    expect(reimport(version("required"), version("nullable"))[1]).toEqual([
      expect.stringContaining("were null"),
    ]);
  });

  it("is absent if the field is new, though the document requires it", () => {
    const after = message("Kettle", [
      field("a"),
      field("b", "double"),
      field("c", "string", { label: "repeated", options: { presence: "required" } }),
      field("d", messageType("Kettle"), { options: { presence: "nullable" } }),
    ]);
    expect(reimport(message("Kettle", [field("a")]), after)).toEqual([
      "string a = 1;\noptional double b = 2;\nrepeated string c = 3;\nKettle d = 4;",
      [],
    ]);
    const other = message("Other", [field("b", "double")]);
    expect(reimport(message("Kettle", [field("a")]), other)[0]).toBe("double b = 1;");
  });
});

describe("A constant", () => {
  const always = (value: string, more: Partial<ConstantOption> = {}): MessageDeclaration =>
    message("Kettle", [field("id")], {
      options: { constants: [{ name: "type", value, ...more }] },
    });

  it("remains one when the document has further strings", () => {
    const grown = message("Kettle", [field("id"), field("type", enumType("KettleType"))]);
    const second = assignNumbers(
      [file([grown])],
      assignNumbers([file([always("a")])], emptyLock).lock,
    );
    const [{ text } = { text: "" }] = printFiles(second.files, "");
    expect(text).toContain('constants = {\n    name: "type"\n    value: "a"\n  };');
    expect(text).not.toContain("KettleType");
    expect(second.changes).toEqual([
      {
        place: "Kettle.type",
        change: 'remains the constant "a"; the residue holds other strings',
        isLoss: false,
      },
    ]);
    // The next import finds it as it is.
    expect(assignNumbers([file([grown])], second.lock)).toEqual(second);
  });

  it("is reported if it has another value, is absent or new", () => {
    expect(reimport(always("a"), always("b"))[1]).toEqual([
      '!Kettle.type was always "a": binary written before reads as "b"',
    ]);
    const without = message("Kettle", [field("id")]);
    expect(reimport(always("a"), without)[1]).toEqual([
      '!Kettle.type was always "a": binary written before reads without it',
    ]);
    expect(reimport(without, always("a"))[1]).toEqual([
      "!Kettle.type is new and constant: binary written before reads as if it had it",
    ]);
    expect(reimport(always("a"), always("a", { presence: "optional" }))[1]).toEqual([]);
  });
});

it("What is no longer there is reported", () => {
  const changed = message("Kettle", [field("b", "double")]);
  expect(reimport(message("Kettle", [field("a"), field("b")]), changed)[1]).toEqual([
    "!Kettle.a is no longer there: in binary written before, its value is not converted to JSON",
    "!Kettle.b has another type: in binary written before, its value is not converted to JSON",
  ]);
});
