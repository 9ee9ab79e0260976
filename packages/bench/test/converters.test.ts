import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ConverterCase } from "../src/converters/cases.js";
import { type Converter, RefusedSchemaError } from "../src/converters/converter.js";
import { measureConverter, type Outcome } from "../src/converters/measure.js";
import { protoJsonWays } from "../src/converters/proto-json.js";
import { stepwire } from "../src/converters/stepwire.js";
import {
  type MeasuredConverter,
  staleConverters,
  updateConverters,
} from "../src/converters/table.js";

const lamps: ConverterCase = {
  name: "lamps",
  root: "Lamp",
  schemas: {},
  documents: ['{"state":"on"}', '{"state":null}', '{"state":"on","watts":[]}', '{"state":7}'],
};

/** Returns a converter that generates the same for every schema. */
function converterWith(text: string): Converter {
  return {
    name: "other",
    version: "1",
    convert: () => ({ files: new Map([["lamp.proto", text]]), message: "lamps.Lamp" }),
    waysOf: protoJsonWays,
  };
}

function outcomeOf(converter: Converter, converterCase: ConverterCase): Outcome | undefined {
  return measureConverter(converter, [converterCase]).get(converterCase.name);
}

describe("what other converters lose", () => {
  it("says how many documents come back, and what happens to the others", () => {
    const text = 'syntax = "proto3"; package lamps; message Lamp { optional string state = 1; }';
    expect(outcomeOf(converterWith(text), lamps)).toEqual({
      state: "converts",
      equal: 1,
      documents: 4,
      losses: [
        "`null` is lost",
        "an empty array is lost",
        "refused unless unknown fields are ignored",
        "a document is refused",
      ],
    });
  });

  it("writes all documents of a case with the same options", () => {
    const documents = ['{"state":""}', "{}"];
    const text = 'syntax = "proto3"; package lamps; message Lamp { string state = 1; }';
    const outcome = outcomeOf(converterWith(text), { ...lamps, documents });
    expect(outcome).toMatchObject({ equal: 1 });
  });

  it("tells schemas that are refused from files that do not compile", () => {
    const refusing: Converter = {
      ...converterWith(""),
      convert() {
        throw new RefusedSchemaError("schema 'Lamp': no lamps\nat line 7");
      },
    };
    expect(outcomeOf(refusing, lamps)).toEqual({ state: "refuses the schema", reason: "no lamps" });
    const text = 'syntax = "proto3"; package lamps; message Lamp { Light light = 1; }';
    expect(outcomeOf(converterWith(text), lamps)).toEqual({
      state: "does not compile",
      reason: "cannot find `Light` in this scope",
    });
  });
});

it("what we lose is as in the documentation (write it with `pnpm converters --write`)", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/other-converters.md"), "utf8");
  const { name, version } = stepwire;
  const measured = [{ name, version, outcomes: measureConverter(stepwire) }];
  expect(staleConverters(page, measured)).toEqual([]);
});

describe("the table of converters", () => {
  const one: MeasuredConverter = {
    name: "one",
    version: "1.0",
    outcomes: new Map([["lamps", { state: "converts", equal: 2, documents: 2, losses: [] }]]),
  };
  const two: MeasuredConverter = {
    name: "two",
    version: "2.0",
    outcomes: new Map([["lamps", { state: "does not compile", reason: "no `A | B`" }]]),
  };

  it("keeps the column of a converter that could not be measured", () => {
    const table = updateConverters("", [one, two]);
    expect(updateConverters(table, [one])).toBe(table);
    expect(staleConverters(table, [two])).toEqual([]);
  });

  it("is stale if a cell or a version differs", () => {
    const table = updateConverters("", [one, two]);
    expect(staleConverters(table, [{ ...one, version: "1.1" }])).toEqual(["one, version: 1.1"]);
    const others = { ...one, outcomes: two.outcomes };
    expect(staleConverters(table, [others])).toEqual([
      "one, lamps: **does not compile**: no `A &#124; B`",
    ]);
  });
});
