import { describe, expect, it } from "vitest";
import { assignNumbers } from "../../src/lock/assign.js";
import { emptyLock } from "../../src/lock/lock.js";
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

const STREAM = "stepwire.json.v1.event";
const value = {
  kind: "external",
  name: "google.protobuf.Value",
  path: "google/protobuf/struct.proto",
} as const;

/** Every kind of declaration, option and type. */
const everything: readonly ProtoFile[] = [
  file([
    message(
      "Kettle",
      [
        field("id"),
        field("lid", messageType("Lid"), {
          comment: `The lid, of which ${"the sentence goes on and on, ".repeat(5)}and ends.`,
          options: { presence: "nullable", name: "Lid" },
        }),
        field("state", enumType("KettleState"), { label: "optional" }),
        field("litres", "double", { label: "optional", options: { presence: "nullable" } }),
        field("tags", "string", { label: "repeated", options: { presence: "required" } }),
        field("labels", "string", { label: "map" }),
        field("anything", value),
        field("raw", "string", { label: "optional", options: { verbatim: true } }),
        field("whistle", messageType("Whistle")),
      ],
      {
        options: {
          schemaName: "KettleObject",
          constants: [
            { name: "object", value: "kettle", after: "id" },
            { name: "unit", value: 'a "litre"\\\n', presence: "optional" },
          ],
          identity: ["id", "state"],
          repeatsFields: true,
        },
      },
    ),
    message("Lid", [], { options: { constants: [{ name: "type", value: "lid" }] } }),
    message("Empty", [], { residue: false, comment: "" }),
    enumeration("KettleState", ["on", "off"]),
    message(
      "Whistle",
      [
        oneof("whistle", { case: "kind" }, [
          field("text"),
          field("tones", messageType("Tones")),
          field("other", "string", { options: { verbatim: true, anyOther: true } }),
        ]),
      ],
      { residue: false },
    ),
    message("Tones", [field("tones", messageType("Tone"), { label: "repeated" })], {
      options: { array: true },
      residue: false,
    }),
    message("Tone", [
      oneof("tone", { case: "tagged", tag: "type", tagPresence: "optional" }, [
        field("high", "double"),
        field("low", "double", { options: { tagValue: "low.tone", schemaName: "LowTone" } }),
      ]),
    ]),
  ]),
  file(
    [
      message(
        "Sound",
        [oneof("sound", { case: "inline", tag: "type" }, [field("lid", messageType("Lid"))])],
        { residue: false },
      ),
      message("KettleEvent", [
        oneof("event", { case: "adjacent", tag: "event", content: "data" }, [
          field("boiled", messageType("Kettle"), {
            options: {
              tagValue: "kettle.boiled",
              further: new Map([
                [
                  STREAM,
                  '{effect: EFFECT_REPLACE, path: [{member: \'lid\'}, {member: "tags" index: \'i\'}] id: "i" "d"}',
                ],
              ]),
            },
          }),
          field("done", "string", {
            options: {
              tagValue: "done",
              further: new Map([
                ["stepwire.json.v1.sse", "{ done_text: '[DONE]' }"],
                [STREAM, "{effect: EFFECT_END}"],
              ]),
            },
          }),
        ]),
        field("id", "string", {
          label: "optional",
          options: { further: new Map([["stepwire.json.v1.sse", "{id: true}"]]) },
        }),
      ]),
    ],
    "acme/kettle/v1/event.proto",
  ),
];

describe("The text of .proto files", () => {
  it("has the layout of buf format, is clean under buf lint, and builds", async () => {
    const { files } = assignNumbers(everything, emptyLock);
    const printed = printFiles(files, "Made by a test.");
    const buf = new BufModule(printed);
    expect(buf.run("format", "--diff")).toBe("");
    expect(buf.run("lint")).toBe("");
    expect(buf.run("build")).toBe("");
    const text = printed.map(({ path, text }) => `// ${path}\n\n${text}`).join("\n");
    await expect(text).toMatchFileSnapshot("golden/everything.proto");
  });
});
