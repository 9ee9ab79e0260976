import { inspectResidue, parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { describe, expect, test } from "vitest";
import { createFixtures } from "../src/fixtures/fixtures.js";

describe.each(createFixtures())("fixture $name", ({ name, schema, value }) => {
  const text = JSON.stringify(value);

  test("is what the live wire writes", () => {
    const message = parseOpenAI(schema, text, { mode: "strict" });
    expect(JSON.parse(stringifyOpenAI(schema, message))).toEqual(value);
    const kinds = new Set(inspectResidue(schema, message).map(({ kind }) => kind));
    // The wire writes empty attributes on every result of a search.
    expect([...kinds]).toEqual(name === "file_search" ? ["empty"] : []);
  });

  test("is the same in every run", () => {
    const again = createFixtures().find((fixture) => fixture.name === name);
    expect(again?.value).toEqual(value);
  });
});
