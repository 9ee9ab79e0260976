import { deepStrictEqual } from "node:assert";
import { fromJson, toJson } from "@bufbuild/protobuf";
import { fromOpenAI, toOpenAI } from "@stepwire/openai-json";
import { createFixtures, type Fixture } from "../fixtures/fixtures.js";
import { type MeasureOptions, measure, type Timing } from "./measure.js";

/** The time to convert one document, compared with protobuf-es. */
export interface ConversionRow {
  readonly fixture: string;
  readonly fromOpenAI: Timing;
  readonly fromJson: Timing;
  readonly toOpenAI: Timing;
  readonly toJson: Timing;
}

/**
 * Measures object conversion: `fromOpenAI` and `toOpenAI`, compared with `fromJson` and `toJson` of
 * protobuf-es for the same messages.
 */
export function measureConversion(options: MeasureOptions): readonly ConversionRow[] {
  return createFixtures().map((fixture) => measureFixture(fixture, options));
}

function measureFixture({ name, schema, value }: Fixture, options: MeasureOptions): ConversionRow {
  const message = fromOpenAI(schema, value as never);
  const protoJson = toJson(schema, message);
  deepStrictEqual(toOpenAI(schema, message), value);
  deepStrictEqual(fromJson(schema, protoJson), message);
  const [from, fromProto, to, toProto] = measure(
    [
      { name: "fromOpenAI", run: () => fromOpenAI(schema, value as never) },
      { name: "fromJson", run: () => fromJson(schema, protoJson) },
      { name: "toOpenAI", run: () => toOpenAI(schema, message) },
      { name: "toJson", run: () => toJson(schema, message) },
    ],
    options,
  );
  if (!from || !fromProto || !to || !toProto) {
    throw new Error("a contender was not timed");
  }
  return { fixture: name, fromOpenAI: from, fromJson: fromProto, toOpenAI: to, toJson: toProto };
}
