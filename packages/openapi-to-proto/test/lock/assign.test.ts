import { describe, expect, it } from "vitest";
import { assignNumbers } from "../../src/lock/assign.js";
import { emptyLock, type Lock } from "../../src/lock/lock.js";
import { readLock } from "../../src/lock/read.js";
import { writeLock } from "../../src/lock/write.js";
import { printFiles } from "../../src/print/print.js";
import type { ProtoFile } from "../../src/proto/model.js";
import { BufModule } from "../support/buf.js";
import {
  enumeration,
  enumType,
  field,
  file,
  message,
  messageType,
  oneof,
} from "../support/declare.js";

type Declarations = ProtoFile["declarations"];

/** Imports one version of a schema after the other, as the command does. */
function importAll(...versions: readonly Declarations[]): { lock: Lock; texts: string[] } {
  let lock = emptyLock;
  const texts = versions.map((declarations) => {
    const numbered = assignNumbers([file(declarations)], lock);
    lock = readLock(writeLock(numbered.lock));
    return printFiles(numbered.files, "")
      .map(({ text }) => text)
      .join("");
  });
  return { lock, texts };
}

/** Returns the lines of fields, values and reserved numbers in the last version, and the lock. */
function lastOf(...versions: readonly Declarations[]): string[] {
  const { texts } = importAll(...versions);
  return (texts.at(-1) ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^[^/].* = [0-9]+|^reserved|^\(|^[a-z_]+: /.test(line))
    .filter((line) => !/json_residue|_UNSPECIFIED/.test(line));
}

/** What `buf breaking` says about the last of some versions, against the one before. */
function breakingOf(...versions: readonly Declarations[]): string {
  const { texts } = importAll(...versions);
  const path = "acme/kettle/v1/kettle.proto";
  const [before, after] = texts.slice(-2).map((text) => new BufModule([{ path, text }]));
  return after?.run("breaking", "--against", `${before?.folder}/proto`) ?? "";
}

const id = field("id");
const lid = field("lid");
const litres = field("litres", "double");

describe("The numbers of fields", () => {
  it("are given in the order of the document, without those that are kept for others", () => {
    const many = Array.from({ length: 2100 }, (_, index) => field(`f${index}`));
    const [{ declarations } = { declarations: [] }] = assignNumbers(
      [file([message("Many", many)])],
      emptyLock,
    ).files;
    const numbers = declarations.flatMap((each) =>
      each.kind === "message" ? each.members.map((one) => ("number" in one ? one.number : 0)) : [],
    );
    expect(numbers.slice(0, 3)).toEqual([1, 2, 3]);
    expect(numbers.slice(2044, 2048)).toEqual([2045, 2046, 2048, 2049]);
  });

  it("skip those that Protobuf keeps", () => {
    const locked = message("Kettle", [id]);
    const before = importAll([locked]).lock;
    const last = { number: 18_999, name: "id", type: "string" };
    const lock: Lock = {
      ...before,
      messages: new Map([
        [
          "Kettle",
          {
            source: locked.source,
            constants: new Map(),
            fields: new Map([["id", last]]),
            reserved: [],
          },
        ],
      ]),
    };
    const numbered = assignNumbers([file([message("Kettle", [lid, id])])], lock).lock;
    expect(numbered.messages.get("Kettle")?.fields.get("lid")?.number).toBe(20_000);
  });

  it("stay if members are added and moved", () => {
    const before = [message("Kettle", [id, lid])];
    const after = [message("Kettle", [litres, lid, id])];
    expect(lastOf(before, after)).toEqual([
      "optional double litres = 3;",
      "string id = 1;",
      "string lid = 2;",
    ]);
    expect(breakingOf(before, after)).toBe("");
  });

  it("are reserved if a member is removed, and new if it comes back", () => {
    const before = [message("Kettle", [id, lid])];
    const without = [message("Kettle", [id])];
    expect(lastOf(before, without)).toEqual(["reserved 2;", 'reserved "lid";', "string id = 1;"]);
    expect(breakingOf(before, without)).toBe("");
    expect(lastOf(before, without, before)).toEqual([
      "reserved 2;",
      'reserved "lid";',
      "string id = 1;",
      'optional string lid_2 = 3 [(stepwire.json.v1.field).name = "lid"];',
    ]);
    expect(breakingOf(before, without, before)).toBe("");
    expect(lastOf(before, without, before, before)).toEqual(lastOf(before, without, before));
  });

  it("are new if the type changed, and the name is too", () => {
    const changed: readonly Partial<typeof id>[] = [
      { label: "optional" },
      { type: { kind: "scalar", name: "bytes" } },
      { type: messageType("Kettle") },
      { label: "repeated" },
      { label: "map" },
      { options: { verbatim: true } },
    ];
    const fields = changed.map((_, index) => field(`f${index}`));
    const before = [message("Kettle", fields)];
    const after = [
      message(
        "Kettle",
        fields.map((each, index) => ({ ...each, ...changed[index] })),
      ),
    ];
    expect(lastOf(before, after).filter((line) => line.includes(" = "))).toEqual([
      "optional string f0 = 1;",
      'optional bytes f1_2 = 7 [(stepwire.json.v1.field).name = "f1"];',
      'Kettle f2_2 = 8 [(stepwire.json.v1.field).name = "f2"];',
      'repeated string f3_2 = 9 [(stepwire.json.v1.field).name = "f3"];',
      'map<string, string> f4_2 = 10 [(stepwire.json.v1.field).name = "f4"];',
      "optional string f5_2 = 11 [(stepwire.json.v1.field) = {",
    ]);
    expect(breakingOf(before, after)).toBe("");
  });

  it("stay if the config says that a member was renamed, with the name in Protobuf", () => {
    const before = [message("Kettle", [id, lid])];
    const renamed = [message("Kettle", [id, field("cover", "string", { renamedFrom: "lid" })])];
    expect(lastOf(before, renamed)).toEqual([
      "string id = 1;",
      'string lid = 2 [(stepwire.json.v1.field).name = "cover"];',
    ]);
    expect(breakingOf(before, renamed)).toBe("");
    expect(lastOf(before, renamed, renamed)).toEqual(lastOf(before, renamed));
  });

  it("stay if the config gives another name in Protobuf", () => {
    const before = [message("Kettle", [id, lid])];
    const named = field("cover", "string", { key: "lid", isNamed: true, options: { name: "lid" } });
    const after = [message("Kettle", [id, named])];
    expect(lastOf(before, after)).toEqual([
      "string id = 1;",
      'string cover = 2 [(stepwire.json.v1.field).name = "lid"];',
    ]);
    // Code that uses the old name has to change, which the user wants.
    expect(breakingOf(before, after)).toContain('changed name from "lid" to "cover"');
  });

  it("differ from reserved names and from names that are the same in camel case", () => {
    const numbered = field("lid_2");
    const camel = field("lid2", "string", { key: "lid2" });
    expect(lastOf([message("Kettle", [numbered, camel])])).toEqual([
      "string lid_2 = 1;",
      'string lid2_2 = 2 [(stepwire.json.v1.field).name = "lid2"];',
    ]);
    expect(
      lastOf(
        [message("Kettle", [lid, numbered])],
        [message("Kettle", [field("lid", "bool"), numbered])],
      ),
    ).toEqual([
      "reserved 1;",
      'reserved "lid";',
      'optional bool lid_3 = 3 [(stepwire.json.v1.field).name = "lid"];',
      "string lid_2 = 2;",
    ]);
  });
});

describe("The numbers of arms", () => {
  const text = field("text");
  const parts = field("parts", messageType("Parts"));
  const list = message("Parts", [{ ...id, label: "repeated" }], {
    options: { array: true },
    residue: false,
  });
  const union = (name: string, fields: readonly (typeof id)[]): Declarations => [
    message("Content", [oneof(name, { case: "kind" }, fields)], { residue: false }),
    list,
  ];

  it("stay if arms are added and moved, and if the oneof has another name", () => {
    const before = union("content", [text, parts]);
    const after = union("union", [litres, parts, text]);
    expect(lastOf(before, after).slice(0, 3)).toEqual([
      "double litres = 3;",
      "string text = 1;",
      "Parts parts = 2;",
    ]);
    expect(breakingOf(before, after)).toBe("");
  });

  it("are new for a field that becomes an arm, and for an arm that becomes a field", () => {
    const asField = [message("Content", [text])];
    const asArm = [message("Content", [oneof("content", { case: "tagged", tag: "type" }, [text])])];
    const reserved = ["reserved 1;", 'reserved "text";'];
    const arm = 'string text_2 = 2 [(stepwire.json.v1.field).name = "text"];';
    expect(lastOf(asField, asArm)).toEqual([...reserved, arm]);
    expect(breakingOf(asField, asArm)).toBe("");
    expect(lastOf(asArm, asField)).toEqual([...reserved, `optional ${arm}`]);
    expect(breakingOf(asArm, asField)).toBe("");
  });

  it("keep their tags if they get other names", () => {
    const shapes = [
      [{ case: "tagged", tag: "type" }, '(stepwire.json.v1.field).name = "text"'],
      [
        { case: "adjacent", tag: "event", content: "data" },
        '(stepwire.json.v1.field).tag_value = "text"',
      ],
    ] as const;
    for (const [shape, option] of shapes) {
      const content = (arm: typeof id): Declarations => [
        message("Content", [oneof("content", shape, [arm])]),
      ];
      const after = lastOf(content(text), content(field("text", "double")));
      expect(after).toContain(`double text_2 = 2 [${option}];`);
    }
    const kind = lastOf(union("content", [text]), union("content", [field("text", "bytes")]));
    expect(kind).toContain("bytes text_2 = 2;");
  });
});

describe("The numbers of enum values", () => {
  const state = field("state", enumType("State"));
  const kettle = message("Kettle", [state]);
  const version = (...values: string[]): Declarations => [kettle, enumeration("State", values)];

  it("stay if values are added, moved and removed", () => {
    const before = version("on", "off");
    const after = version("broken", "on");
    expect(lastOf(before, after)).toEqual([
      "State state = 1;",
      "reserved 2;",
      'reserved "STATE_OFF";',
      'STATE_BROKEN = 3 [(stepwire.json.v1.enum_value).value = "broken"];',
      'STATE_ON = 1 [(stepwire.json.v1.enum_value).value = "on"];',
    ]);
    expect(breakingOf(before, after)).toBe("");
    expect(lastOf(before, after, before)).toContain(
      'STATE_OFF_2 = 4 [(stepwire.json.v1.enum_value).value = "off"];',
    );
    expect(breakingOf(before, after, before)).toBe("");
  });

  it("stay if the enum has another name", () => {
    const renamed = { ...enumeration("Mode", ["off", "on"]), source: "/components/schemas/State" };
    const after = lastOf(version("on", "off"), [
      message("Kettle", [field("state", enumType("Mode"))]),
      renamed,
    ]);
    expect(after).toEqual([
      "Mode state = 1;",
      'MODE_ON = 1 [(stepwire.json.v1.enum_value).value = "on"];',
      'MODE_OFF = 2 [(stepwire.json.v1.enum_value).value = "off"];',
    ]);
  });
});

describe("The order", () => {
  it("is that of before, and new ones follow those before them in the document", () => {
    const fields = (...names: string[]): Declarations => [
      message(
        "Kettle",
        names.map((name) => field(name, "string", { label: "optional" })),
      ),
    ];
    const order = (...versions: Declarations[]): string =>
      lastOf(...versions)
        .map((line) => /string (\w+) =/.exec(line)?.[1] ?? "")
        .join("");
    const first = fields("a", "b", "c");
    expect(order(first, fields("c", "x", "y", "b", "z", "a"))).toBe("abzcxy");
    expect(order(first, fields("x", "c", "b", "a", "y"))).toBe("xaybc");
    const second = fields("c", "x", "b");
    expect(order(first, second)).toBe("bcx");
    expect(order(first, second, second)).toBe("bcx");
    expect(order(first, second, fields("x", "y", "c", "b"))).toBe("bcxy");
  });

  it("is that of before for declarations, too", () => {
    const names = (...versions: Declarations[]): string[] =>
      [...(importAll(...versions).texts.at(-1) ?? "").matchAll(/^(?:message|enum) (\w+)/gm)].map(
        ([, name = ""]) => name,
      );
    const [one, two] = [message("One", []), enumeration("Two", ["a"])];
    expect(names([one, two], [message("New", []), two, one])).toEqual(["New", "One", "Two"]);
  });

  it("is the same for keys that are numbers", () => {
    const values: Declarations = [
      enumeration("Size", ["b", "10", "2"]),
      message("A", [field("x")]),
    ];
    const { texts } = importAll(values, values);
    expect(texts[1]).toBe(texts[0]);
  });
});

describe("A message", () => {
  const cover = message("Lid", [lid, id], { source: "/components/schemas/Lid" });
  const before = [message("Kettle", [field("lid", messageType("Lid"))]), cover];

  it("keeps its numbers if it is renamed, and so do the fields of its type", () => {
    const renamed = { ...cover, name: "Cover", members: [id, lid] };
    const after = [message("Kettle", [field("lid", messageType("Cover"))]), renamed];
    expect(lastOf(before, after)).toEqual(["Cover lid = 1;", "string lid = 1;", "string id = 2;"]);
  });

  it("keeps its numbers if its schema moves in the document", () => {
    const moved = { ...cover, source: "/paths/~1lid/get", members: [id, lid] };
    expect(lastOf(before, [moved])).toEqual(["string lid = 1;", "string id = 2;"]);
  });

  it("keeps its numbers if the config says that its schema was renamed", () => {
    const renamed = {
      ...message("Cover", [id, lid]),
      renamedFrom: "/components/schemas/Lid",
    };
    expect(lastOf(before, [renamed])).toEqual(["string lid = 1;", "string id = 2;"]);
  });

  it("keeps its numbers if schemas swap their places in a union", () => {
    const arms = (...names: string[]): Declarations =>
      names.map((name, index) =>
        message(name, [field(name.toLowerCase())], { source: `/anyOf/${index}` }),
      );
    const { lock } = importAll(arms("One", "Two"), arms("Two", "One"));
    expect([...(lock.messages.get("One")?.fields.keys() ?? [])]).toEqual(["one"]);
    expect([...(lock.messages.get("Two")?.fields.keys() ?? [])]).toEqual(["two"]);
    expect(lock.messages.get("One")?.reserved).toEqual([]);
  });

  it("gets the numbers of its own schema if two names are exchanged", () => {
    const other = message("Handle", [litres]);
    const exchanged = [
      { ...cover, name: "Handle" },
      { ...other, name: "Lid" },
    ];
    expect(lastOf([cover, other], exchanged)).toEqual([
      "string lid = 1;",
      "string id = 2;",
      "double litres = 1;",
    ]);
  });

  it("has its numbers again after it was absent", () => {
    const again = { ...cover, members: [id, lid] };
    expect(lastOf(before, [message("Kettle", [])], [again])).toEqual([
      "string lid = 1;",
      "string id = 2;",
    ]);
  });
});
