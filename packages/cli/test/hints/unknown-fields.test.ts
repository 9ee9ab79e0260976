import { visitAnnotations } from "@stepwire/wire";
import { describe, expect, it } from "vitest";
import { countUnknownFields } from "../../src/hints/unknown-fields.js";
import { builtIn } from "../../src/schema/model.js";
import { sample } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

const documents = ["all-tools.json", "list.json", "threads/run.json", "chat/answer.json"];

describe("countUnknownFields", () => {
  it.each(documents)(
    "counts the same as the listing of inspect, for %s as any type",
    async (name) => {
      const { stdout: binary } = await stepwire(["encode"], { stdin: sample(name) });
      const counts = builtIn.typeNames.map((type) => {
        const schema = builtIn.message(type);
        let [expected, isDamaged] = [0, false];
        visitAnnotations(schema, binary, {
          problem: () => {
            isDamaged = true;
          },
          annotation: ({ content }) => {
            expected += content.kind === "unknown" ? 1 : 0;
            isDamaged ||= content.kind === "unknown" && content.expected !== undefined;
          },
        });
        return isDamaged ? [] : [countUnknownFields(schema, binary), expected];
      });
      const known = counts.flatMap(([found, expected]) =>
        found === undefined ? [] : [[found, expected]],
      );
      expect(known.map(([found]) => found)).toEqual(known.map(([, expected]) => expected));
      expect(known.some(([found]) => found === 0)).toBe(true);
    },
  );

  it("ends at damage, and counts the damaged field", () => {
    const schema = builtIn.message("run-step");
    expect(countUnknownFields(schema, Buffer.from("a2060100a206ff", "hex"))).toBe(2);
    expect(countUnknownFields(schema, Buffer.from("ffffffffffffffffffff01", "hex"))).toBe(0);
  });
});
